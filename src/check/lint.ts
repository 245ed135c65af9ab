import type { CheckedDocument, Kind } from './document.ts';
import type { Found, Severity } from './finding.ts';
import type { Project } from './project.ts';

/** One thing that a document is looked at for. */
export type Lint = {
  /** Stable: what users allow, filter by and search for. */
  readonly name: string;
  readonly severity: Severity;
  readonly kinds: readonly Kind[];
  /** Why it matters, in a sentence. */
  readonly reason: string;
  /** Where the requirement stands. */
  readonly section: string;
  /** What to do about a finding. */
  readonly fix: string;
  /** Whether `--fix` can do it, at least in the plain cases. */
  readonly fixable?: true;
  readonly find: (document: CheckedDocument, project: Project) => readonly Found[];
};

/** Kinds of documents that have a title and say what they are for. */
export const TITLED: readonly Kind[] = ['rule', 'correlation', 'filter'];

/** Kinds of documents that alert. */
export const ALERTING: readonly Kind[] = ['rule', 'correlation'];

/** Kinds of documents that have selections and a condition. */
export const DETECTING: readonly Kind[] = ['rule', 'filter', 'event-filter'];

export const ALL_KINDS: readonly Kind[] = [
  ...([
    'rule',
    'correlation',
    'filter',
    'event-filter',
    'list',
    'examples',
    'field-map',
    'collection',
    'unknown',
  ] as const),
];

/** The documents that the requirements come from. */
export const rules = (section: string): string => `Sigma rules, ${section}`;
export const modifiers = (section: string): string => `Sigma modifiers, ${section}`;
export const tags = (section: string): string => `Sigma tags, ${section}`;
export const correlations = (section: string): string => `Sigma correlations, ${section}`;
export const filters = (section: string): string => `Sigma filters, ${section}`;
export const YAML = 'YAML 1.2';
export const OURS = 'Keywarden';
