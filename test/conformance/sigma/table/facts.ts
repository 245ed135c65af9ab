/** The headings of the Sigma specification 2.1 under which it says what a rule holds on. */
export const HEADINGS = {
  /** sigma-rules-specification.md */
  rules: [
    'General',
    'String Wildcard',
    'Escape Character',
    'Lists',
    'Maps',
    'Special Field Values',
    'Field Existence',
    'Value Modifiers',
    'Placeholders',
    'Keywords search',
    'Condition',
  ],
  /** sigma-appendix-modifiers.md */
  modifiers: [
    'Generic Modifiers',
    'String Modifiers',
    'Regular Expression',
    'Encoding',
    'Numeric Modifiers',
    'Time Modifiers',
    'IP (Internet Protocol) Modifiers',
    'Specific Modifiers',
  ],
  /** sigma-filters-specification.md */
  filters: ['Log source', 'Relative rules', 'filter selection', 'filter condition'],
  /** Sigma_1_0_3.md; later versions leave it out, and rules still use it. */
  collections: ['Rule Collections'],
} as const;

/** The modifiers of the appendix, by heading. */
export const MODIFIERS = {
  'Generic Modifiers': ['all', 'startswith', 'endswith', 'contains', 'exists', 'cased', 'neq'],
  'String Modifiers': ['windash'],
  'Regular Expression': ['re', 'i', 'm', 's'],
  Encoding: ['base64', 'base64offset', 'utf16le', 'utf16be', 'utf16', 'wide'],
  'Numeric Modifiers': ['lt', 'lte', 'gt', 'gte', 'neq'],
  'Time Modifiers': ['minute', 'hour', 'day', 'week', 'month', 'year'],
  'IP (Internet Protocol) Modifiers': ['cidr'],
  'Specific Modifiers': ['expand', 'fieldref'],
} as const;

type Headings = typeof HEADINGS;

/** Where the specification says it. */
export type Cited =
  | { readonly document: 'rules'; readonly heading: Headings['rules'][number]; readonly expression?: string }
  | { readonly document: 'filters'; readonly heading: Headings['filters'][number] }
  | { readonly document: 'collections'; readonly heading: Headings['collections'][number] }
  | {
      [H in Headings['modifiers'][number]]: {
        readonly document: 'modifiers';
        readonly heading: H;
        readonly modifier: (typeof MODIFIERS)[H][number];
      };
    }[Headings['modifiers'][number]];

/** What is written, an event, and whether it holds on it. */
export type Fact = readonly [name: string, written: string, event: object, holds: boolean];

export type Section = Cited & { readonly facts: readonly Fact[] };

export const citation = (cited: Cited): string =>
  [
    `${cited.document}, "${cited.heading}"`,
    ...('modifier' in cited ? [cited.modifier] : []),
    ...('expression' in cited ? [cited.expression] : []),
  ].join(', ');
