/** A construct that the two engines read differently, who finds more by it, and why Keywarden reads it as it does. */
export type Difference = {
  readonly construct: RegExp;
  readonly more: 'keywarden' | 'rsigma';
  readonly section: string;
  readonly why: string;
};

/** Tried over the text of a rule, JSON within YAML or YAML alone; docs/peers.md says the same at length. */
export const EXPLAINED: readonly Difference[] = [
  {
    construct: /condition: .*and not (everything|known)/,
    more: 'keywarden',
    section: 'none: the specification is silent on lists of objects',
    why: 'the same in an exception: what rsigma excuses by two elements Keywarden does not',
  },
  {
    construct: /\[null,|^\s+- null$/m,
    more: 'keywarden',
    section: 'none: by Rules 2.1, Special Field Values, null cannot be part of a list',
    why: 'null among alternatives holds where the field is absent, as null alone does',
  },
  {
    construct: /: null\b/,
    more: 'keywarden',
    section: 'none: Rules 2.1, Special Field Values, leaves null to the target system',
    why: 'an empty list and a list of nulls have no value either',
  },
  {
    construct: /\|neq/,
    more: 'keywarden',
    section: 'none: Modifiers 2.1, neq, does not speak of absent fields',
    why: 'a field that is absent is not equal to the value (rsigma itself says so since 0.26)',
  },
  {
    construct: /\|exists: true/,
    more: 'keywarden',
    section: 'Modifiers 2.1, exists',
    why: 'a field whose value is null is there',
  },
  {
    construct: /\|exists: false/,
    more: 'rsigma',
    section: 'Modifiers 2.1, exists',
    why: 'a field whose value is null is there',
  },
  {
    construct: /\|fieldref/,
    more: 'keywarden',
    section: 'none: Modifiers 2.1, fieldref, does not speak of lists',
    why: 'of a list one element is enough, as for any other comparison',
  },
  {
    construct: /'\|all'/,
    more: 'keywarden',
    section: 'Rules 2.1, Keywords search; Modifiers 2.1, all',
    why: 'each keyword may stand in another text of the event',
  },
  {
    construct: /\|cidr/,
    more: 'keywarden',
    section: 'none: RFC 4291, 2.5.5.2',
    why: 'an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) is its IPv4 address',
  },
  {
    construct: /\|hour/,
    more: 'keywarden',
    section: 'Modifiers 2.1, Time Modifiers',
    why: 'the part is read as the time is written; rsigma turns it into UTC first',
  },
  {
    construct: /\bl\.x|requestObject\.(rules|subjects|spec)\b/,
    more: 'rsigma',
    section: 'none: the specification is silent on lists of objects',
    why: 'fields below one list hold for one and the same element; rsigma takes any element for each',
  },
];
