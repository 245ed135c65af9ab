import type { Explanation } from '../sigma/explain.ts';
import { printable } from './escape.ts';
import { becauseText, explanationText } from './explain.ts';

/** An example that did not hold. */
export type FailedExample = {
  readonly name: string;
  readonly mustMatch: boolean;
  readonly fault: string | undefined;
  readonly explanation: Explanation | undefined;
  readonly notes: readonly string[];
};

/** The failed examples of one rule for a terminal: which, and why. */
export function failuresText(title: string, file: string, failed: readonly FailedExample[], colour: boolean): string {
  const heading = `${printable(title)}\n  ${printable(file)}\n`;
  return `${heading}${failed.map(example => failureText(example, colour)).join('')}\n`;
}

function failureText({ name, mustMatch, fault, explanation, notes }: FailedExample, colour: boolean): string {
  const title = `  ✗ ${mustMatch ? 'must match and does not' : 'must not match and does'}: ${printable(name)}`;
  const why = fault === undefined ? notes.map(printable).join('\n') : `the record cannot be read: ${printable(fault)}`;
  const because = explanation === undefined ? '' : becauseText(explanation);
  const tree = explanation === undefined ? '' : explanationText(explanation, colour);
  const body = `${why === '' ? '' : `${why}\n`}${because}${tree}`;
  return `${title}\n${body.replace(/^(?=.)/gm, '      ')}`;
}
