import type { FieldResolver } from '../sigma/resolve.ts';
import { type Allowance, allowancesOf } from './allowances.ts';
import { type CheckedDocument, type ReadFile, readFile, type SourceFile } from './document.ts';
import type { Finding, Found, Severity } from './finding.ts';
import { linkRefusals } from './links.ts';
import type { Lint } from './lint.ts';
import { LINTS } from './lints.ts';
import { type Project, projectOf } from './project.ts';
import { type Refusal, refusalsOf } from './refusals.ts';
import { nearest } from './spelling.ts';

export type CheckOptions = {
  /** Files that are known and not checked: shipped rules and lists that those checked may name. */
  readonly beside: readonly ReadFile[];
  /** Where the fields of rules stand in events. */
  readonly resolver: FieldResolver;
  readonly now: Date;
};

const BY_NAME: ReadonlyMap<string, Lint> = new Map(LINTS.map(lint => [lint.name, lint]));

/** Looks at files of rules, lists, filters and examples. Never throws for what is in them. */
export function check(files: readonly SourceFile[], { beside, resolver, now }: CheckOptions): readonly Finding[] {
  const read = files.map(readFile);
  const documents = read.flatMap(file => file.documents);
  const others = beside.flatMap(file => file.documents);
  const project = projectOf({ documents: [...documents, ...others], checked: new Set(documents), resolver, now });
  const links = linkRefusals(read, beside, resolver, project.lists);
  return read.flatMap(file => findingsIn(file, project, resolver, links.get(file.file) ?? [])).sort(byPlace);
}

function findingsIn(
  file: ReadFile,
  project: Project,
  resolver: FieldResolver,
  links: readonly Refusal[],
): readonly Finding[] {
  const found = [
    ...file.problems.map(([lint, problem]) => findingOf(file, lint, problem)),
    ...file.documents.flatMap(document => documentFindings(file, document, project)),
  ];
  const faulty = found.some(({ severity }) => severity === 'error');
  const refusals = faulty ? [] : [...refusalsOf(file, resolver, project.lists), ...links];
  const refused = refusals.map(refusal => refusedAt(file, refusal));
  return withAllowances(file, [...found, ...refused]);
}

function refusedAt(file: ReadFile, { line, column, what }: Refusal): Finding {
  const place = { line, column };
  return { ...findingOf(file, 'rule-refused', { at: [0, 0], what }), start: place, end: place };
}

const documentFindings = (file: ReadFile, document: CheckedDocument, project: Project): readonly Finding[] =>
  LINTS.filter(({ kinds }) => kinds.includes(document.kind)).flatMap(lint =>
    lint.find(document, project).map(found => findingOf(file, lint.name, found)),
  );

function findingOf({ file, place }: ReadFile, name: string, { at, what, fix, edits = [] }: Found): Finding {
  const lint = BY_NAME.get(name);
  const severity: Severity = lint?.severity ?? 'error';
  return {
    file,
    start: place(at[0]),
    end: place(at[1]),
    lint: name,
    severity,
    message: what,
    fix: fix ?? lint?.fix ?? '',
    edits,
  };
}

/** What no document can be excused from, since nothing else of it was read. */
const NEVER_ALLOWED: ReadonlySet<string> = new Set([
  'yaml-unreadable',
  'yaml-duplicate-key',
  'not-a-map',
  'rule-refused',
]);

function withAllowances(file: ReadFile, findings: readonly Finding[]): readonly Finding[] {
  const { allowances, malformed } = allowancesOf(file);
  const used = new Set<Allowance>();
  const left = findings.filter(finding => {
    if (NEVER_ALLOWED.has(finding.lint)) return true;
    const own = allowances.filter(({ lint, covers }) => lint === finding.lint && covers(offsetOf(file, finding)));
    for (const allowance of own) used.add(allowance);
    return own.length === 0;
  });
  const idle = allowances.filter(allowance => !used.has(allowance));
  return [
    ...left,
    ...malformed.map(found => findingOf(file, 'allow-malformed', found)),
    ...idle.map(({ lint, at }) =>
      BY_NAME.has(lint)
        ? findingOf(file, 'allow-unused', { at, what: `nothing here is found by ${lint}` })
        : findingOf(file, 'allow-unknown', { at, what: `there is no lint ${lint}${suggested(lint)}` }),
    ),
  ];
}

function suggested(lint: string): string {
  const near = nearest(lint, BY_NAME.keys(), 1);
  return near.length === 0 ? '' : `; did you mean ${near[0]}?`;
}

/** Where a finding begins in the file's text. */
function offsetOf({ text }: ReadFile, { start }: Finding): number {
  let offset = 0;
  for (let line = 1; line < start.line; line += 1) offset = text.indexOf('\n', offset) + 1;
  return offset + start.column - 1;
}

function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start.line - b.start.line || a.start.column - b.start.column || (a.lint < b.lint ? -1 : 1);
}
