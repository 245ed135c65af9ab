import { expect, test } from '@jest/globals';
import { parseContent } from '../../../../src/normalize/etcd/content.ts';
import { nanoseconds } from '../../../../src/normalize/etcd/duration.ts';
import { intervalOf, spanOf } from '../../../../src/normalize/etcd/interval.ts';
import { printableKey } from '../../../../src/normalize/etcd/printable.ts';
import { storedAt, typesReached } from '../../../../src/normalize/etcd/registry.ts';

const NUL = '\0';

const spans: [key: string, end: string, span: string][] = [
  ['/registry/a', '', 'key'],
  ['/registry/a', '/registry/b', 'prefix'],
  ['/registry/a', '/registry/c', 'range'],
  ['/', '0', 'prefix'],
  [NUL, NUL, 'all'],
  ['', NUL, 'all'],
  ['/registry', NUL, 'range'],
  ['a\xff', 'b', 'prefix'],
  ['\xff', NUL, 'range'],
];
for (const [key, end, span] of spans) {
  test(`the keys from ${JSON.stringify(key)} to ${JSON.stringify(end)} are: ${span}`, () =>
    expect(spanOf(key, end)).toBe(span));
}

const stored: [key: string, end: string, expected: string | undefined][] = [
  ['/registry/secrets/dev/db', '', 'secrets  dev db'],
  ['/registry/secrets/', '/registry/secrets0', 'secrets   '],
  ['/registry/secrets', '/registry/secrett', 'secrets   '],
  ['/registry/secrets/dev/', '/registry/secrets/dev0', 'secrets  dev '],
  ['/registry/secrets/dev/a', '/registry/secrets/dev/b', 'secrets  dev '],
  ['/registry/secrets/', '', 'secrets   '],
  // Other keys than those of dev/db.
  ['/registry/secrets//dev/db', '', 'secrets   dev/db'],
  ['/registry/secrets/dev//db', '', 'secrets  dev /db'],
  ['/registry/secrets/dev/db/', '', 'secrets  dev db/'],
  ['/registry/minions/node1', '', 'nodes   node1'],
  ['/registry/services/specs/dev/web', '', 'services  dev web'],
  ['/registry/services/endpoints/dev/web', '', 'endpoints  dev web'],
  ['/registry/services/', '/registry/services0', undefined],
  ['/registry/controllers/dev/web', '', 'replicationcontrollers  dev web'],
  ['/registry/ingress/dev/web', '', 'ingresses networking.k8s.io dev web'],
  ['/registry/deployments/dev/web', '', 'deployments apps dev web'],
  ['/registry/clusterroles/system:node', '', 'clusterroles rbac.authorization.k8s.io  system:node'],
  ['/registry/namespaces/dev', '', 'namespaces   dev'],
  ['/kubernetes.io/secrets/dev/db', '', 'secrets  dev db'],
  ['/kubernetes.io/secrets', '/kubernetes.io/secrett', 'secrets   '],
  ['/kubernetes.io/services/specs/dev/web', '', 'services  dev web'],
  ['/openshift.io/routes/dev/web', '', 'routes  dev web'],
  [
    '/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.com',
    '',
    'customresourcedefinitions apiextensions.k8s.io  widgets.example.com',
  ],
  ['/registry/apiregistration.k8s.io/apiservices/v1.', '', 'apiservices apiregistration.k8s.io  v1.'],
  ['/registry/example.com/widgets/dev/w', '', 'widgets example.com dev w'],
  ['/registry/example.com/widgets/w', '', 'widgets example.com  w'],
  ['/registry/example.com/widgets/', '/registry/example.com/widgets0', 'widgets example.com  '],
  ['/registry/masterleases/10.0.0.5', '', 'masterleases   10.0.0.5'],
  ['/registry/ranges/serviceips', '', 'ranges/serviceips   '],
  ['/registry/health', '', 'health   '],
  ['/registry/', '/registry0', undefined],
  ['/registry', '/registrz', undefined],
  ['/registry/p', '/registry/z', undefined],
  ['compact_rev_key', '', undefined],
];
for (const [key, end, expected] of stored) {
  test(`${key}${end === '' ? '' : ` to ${end}`} stores: ${expected ?? 'not one kind'}`, () => {
    const found = storedAt(intervalOf(key, end));
    const text = found && [found.type, found.group, found.namespace, found.name].map(part => part ?? '').join(' ');
    expect(text).toBe(expected);
  });
}

const reached: [key: string, end: string, some: string[], none: string[]][] = [
  [NUL, NUL, ['secrets', 'pods', 'nodes'], []],
  ['/', '0', ['secrets', 'pods', 'nodes'], []],
  ['/registry/p', '/registry/s', ['pods', 'roles'], ['secrets', 'configmaps']],
  ['/registry/sec', '/registry/sed', ['secrets'], ['services']],
  ['/backup/', '/backup0', [], ['secrets']],
];
for (const [key, end, some, none] of reached) {
  test(`the keys from ${JSON.stringify(key)} to ${JSON.stringify(end)} reach ${some.join(', ') || 'nothing'}`, () => {
    const types = typesReached(intervalOf(key, end));
    expect(types).toEqual(expect.arrayContaining(some));
    expect(none.filter(type => types.includes(type))).toEqual([]);
  });
}

const contents: [text: string, expected: unknown][] = [
  ['', []],
  [
    'key:"a" limit:1 ',
    [
      { name: 'key', value: 'a' },
      { name: 'limit', value: '1' },
    ],
  ],
  ['key:"a\\"b\\\\" ', [{ name: 'key', value: 'a"b\\' }]],
  ['key:"\\000\\377\\n" ', [{ name: 'key', value: '\0\xff\n' }]],
  [
    'a:<> b:<c:"d" > ',
    [
      { name: 'a', value: [] },
      { name: 'b', value: [{ name: 'c', value: 'd' }] },
    ],
  ],
  [
    'success:<request_put:<key:"a" value_size:1 >> failure:<>',
    [
      {
        name: 'success',
        value: [
          {
            name: 'request_put',
            value: [
              { name: 'key', value: 'a' },
              { name: 'value_size', value: '1' },
            ],
          },
        ],
      },
      { name: 'failure', value: [] },
    ],
  ],
  [
    'lease_grant:<ttl:30-second id:5282a206c0b7ff0a> ',
    [
      {
        name: 'lease_grant',
        value: [
          { name: 'ttl', value: '30-second' },
          { name: 'id', value: '5282a206c0b7ff0a' },
        ],
      },
    ],
  ],
  ['key:"not closed', [{ name: 'key', value: 'not closed' }]],
  ['garbage', []],
  ['key:"a" ??? key:"b"', [{ name: 'key', value: 'a' }]],
];
for (const [text, expected] of contents) {
  test(`content: ${text || '(empty)'}`, () => expect(parseContent(text)).toEqual(expected));
}

const printables: [key: string, expected: string][] = [
  ['/registry/a', '/registry/a'],
  ['\0', '\\x00'],
  ['a\xff', 'a\\xff'],
  [Buffer.from('ü').toString('latin1'), 'ü'],
  ['\x1b[31m', '\\x1b[31m'],
];
for (const [key, expected] of printables) {
  test(`printed: ${expected}`, () => expect(printableKey(key)).toBe(expected));
}

const durations: [text: unknown, expected: number | undefined][] = [
  ['1ns', 1],
  ['870.5µs', 870_500],
  ['1.3ms', 1_300_000],
  ['1m2.5s', 62_500_000_000],
  ['2h0m0s', 7_200_000_000_000],
  ['soon', undefined],
  ['1s later', undefined],
  [5, undefined],
];
for (const [text, expected] of durations) {
  test(`duration: ${text}`, () => expect(nanoseconds(text)).toBe(expected));
}
