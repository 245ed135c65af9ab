import type { DeadLetter } from '../model/deadletter.ts';
import { printable } from '../report/escape.ts';
import { place } from '../report/place.ts';

const SHOWN = 5;

type Output = { readonly write: (text: string) => unknown };

/** `audit.log:17: not valid JSON` */
export const noteOf = ({ origin, reason }: Pick<DeadLetter, 'origin' | 'reason'>): string =>
  printable(`${place(origin)}: ${reason}`);

/** What is to be known of the rules and is no error, a line each. */
export function printNotes(notes: readonly string[], output: Output): void {
  for (const note of notes) output.write(`keywarden: note: ${printable(note)}\n`);
}

/** Names the first few records that could not be read, and counts the rest. */
export class DeadLetterNotes {
  readonly #output: Output;
  readonly #first: string[] = [];
  #count = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  add(letter: DeadLetter): void {
    this.#count += 1;
    if (this.#first.length < SHOWN) this.#first.push(noteOf(letter));
  }

  end(): void {
    if (this.#count === 0) return;
    const rest = this.#count - this.#first.length;
    const more = rest === 0 ? '' : `  and ${rest} more; "keywarden normalize" names them all\n`;
    this.#output.write(
      `${this.#count} records could not be read:\n${this.#first.map(note => `  ${note}\n`).join('')}${more}`,
    );
  }
}
