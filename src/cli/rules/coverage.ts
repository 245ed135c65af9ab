import { Command, Option } from 'commander';
import { ATTACK_VERSIONS, type AttackVersion, techniquesOf } from '../../model/attack.ts';
import { loadRules } from '../../pipeline/rules.ts';
import { attackTable } from '../../report/attack.ts';
import { printable } from '../../report/escape.ts';
import { type Layer, layerOf } from '../../report/navigator.ts';
import { type MatrixRow, matrixRows, matrixTable } from '../../report/threat-matrix.ts';
import { rolesOf } from '../../sigma/role.ts';
import type { Rule } from '../../sigma/rule.ts';
import { inForce, type RulesOptions, withRules } from '../options.ts';
import { VERSION } from '../version.ts';

type Options = RulesOptions & {
  readonly format: 'table' | 'navigator' | 'json';
  readonly attackVersion: AttackVersion;
};

/** `keywarden rules coverage`: which techniques the rules find, and which not. */
export const coverageCommand = (): Command =>
  withRules(new Command('coverage'))
    .description('say which techniques the rules find: MITRE ATT&CK, and the threat matrix for Kubernetes of Microsoft')
    .addOption(
      new Option('--format <format>', 'navigator: a layer for the ATT&CK Navigator')
        .choices(['table', 'navigator', 'json'])
        .default('table'),
    )
    .addOption(
      new Option('--attack-version <version>', 'whose ids are written; those of both are understood in tags')
        .choices(ATTACK_VERSIONS)
        .default('18'),
    )
    .addHelpText('after', '\nExample:\n  keywarden rules coverage --format navigator > keywarden-layer.json')
    .action(run);

function run({ format, attackVersion, ...options }: Options): void {
  const set = loadRules(inForce(options));
  const { faults } = set;
  // What only counts for others finds nothing by itself.
  const rules = rolesOf(set).flatMap(({ rule, alerts }) => (alerts ? [rule] : []));
  const layer = layerOf(rules, attackVersion, `What ${rules.length} rules of Keywarden ${VERSION} find.`);
  const matrix = matrixRows(rules);
  const untagged = rules.filter(({ tags }) => techniquesOf(tags).length === 0);
  process.stdout.write(FORMATS[format]({ layer, matrix, untagged }));
  for (const fault of faults) process.stderr.write(`keywarden: ${printable(fault.message)}\n`);
  if (faults.length > 0) process.exitCode = 2;
}

type Coverage = { readonly layer: Layer; readonly matrix: readonly MatrixRow[]; readonly untagged: readonly Rule[] };

const FORMATS: Readonly<Record<Options['format'], (coverage: Coverage) => string>> = {
  navigator: ({ layer }) => json(layer),
  table: ({ layer, matrix, untagged }) => `${attackTable(layer, untagged.length)}\n${matrixTable(matrix)}`,
  json: ({ layer, matrix, untagged }) =>
    json({
      attack: {
        version: layer.versions.attack,
        techniques: layer.techniques.map(({ techniqueID, score, comment }) => ({
          id: techniqueID,
          rules: score,
          titles: comment.split('\n'),
        })),
        untagged: untagged.map(({ id, title, file }) => ({ id, title, file })),
      },
      kubernetes: matrix,
    }),
};

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
