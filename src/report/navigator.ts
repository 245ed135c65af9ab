import { type AttackVersion, techniqueIn, techniquesOf } from '../model/attack.ts';
import type { Rule } from '../sigma/rule.ts';

/** A layer of MITRE's ATT&CK Navigator. Source: the layer file format 4.5, mitre-attack/attack-navigator. */
export type Layer = {
  readonly name: string;
  readonly versions: { readonly attack: AttackVersion; readonly navigator: string; readonly layer: '4.5' };
  readonly domain: 'enterprise-attack';
  readonly description: string;
  readonly sorting: number;
  readonly layout: { readonly layout: 'side'; readonly showID: boolean; readonly expandedSubtechniques: 'annotated' };
  readonly hideDisabled: boolean;
  readonly techniques: readonly LayerTechnique[];
  readonly gradient: { readonly colors: readonly string[]; readonly minValue: number; readonly maxValue: number };
  readonly selectSubtechniquesWithParent: boolean;
};

type LayerTechnique = {
  readonly techniqueID: string;
  /** How many rules find it. */
  readonly score: number;
  /** Their titles, a line each. */
  readonly comment: string;
  readonly enabled: true;
};

/** The oldest Navigator that reads the format. */
const NAVIGATOR = '5.2.0';
const HIGHEST_SCORE_FIRST = 3;
const COLOURS = ['#ffffff', '#9ecae1', '#08519c'];

/** The techniques that rules find, by the ids of one version of ATT&CK. */
export function layerOf(rules: readonly Rule[], version: AttackVersion, description: string): Layer {
  const techniques = [...titlesByTechnique(rules, version)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([techniqueID, titles]) => ({
      techniqueID,
      score: titles.size,
      comment: [...titles].join('\n'),
      enabled: true as const,
    }));
  const most = Math.max(1, ...techniques.map(({ score }) => score));
  return {
    name: 'Keywarden rules',
    versions: { attack: version, navigator: NAVIGATOR, layer: '4.5' },
    domain: 'enterprise-attack',
    description,
    sorting: HIGHEST_SCORE_FIRST,
    layout: { layout: 'side', showID: true, expandedSubtechniques: 'annotated' },
    hideDisabled: false,
    techniques,
    gradient: { colors: COLOURS, minValue: 0, maxValue: most },
    selectSubtechniquesWithParent: false,
  };
}

function titlesByTechnique(rules: readonly Rule[], version: AttackVersion): ReadonlyMap<string, Set<string>> {
  const titles = new Map<string, Set<string>>();
  for (const { tags, title } of rules) {
    for (const written of techniquesOf(tags)) {
      const id = techniqueIn(version, written);
      titles.set(id, (titles.get(id) ?? new Set()).add(title));
    }
  }
  return titles;
}
