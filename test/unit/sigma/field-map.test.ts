import { expect, test } from '@jest/globals';
import { KeywardenError } from '../../../src/errors.ts';
import { parseFieldMap } from '../../../src/sigma/field-map.ts';
import { fieldMaps } from '../../../src/sigma/field-resolver.ts';

const HEAD = 'field_map: mine\ndescription: Mine.\nlogsource: { product: shop }\n';
const SHOP = { product: 'shop' };

/** The places of a field by the given maps, joined by dots. */
function places(field: string, maps: readonly string[], logsource = SHOP): readonly string[] {
  const { resolver, faults } = fieldMaps(maps.map(text => parseFieldMap(HEAD + text, 'map.yml')));
  expect(faults).toEqual([]);
  return resolver.resolve(field, logsource).map(path => path.join(' '));
}

const BASE = `places: { cart: [order.cart, quote.cart] }
lists: { item: $cart.items }
prefixes: { o: order, order.by: customer }
fields: { price: $item.price, total: [order.total, $cart.total], o.x: elsewhere }
keys: { order.labels: '.', order.notes: _ }
`;
const cases: [field: string, places: readonly string[]][] = [
  ['unknown.name', ['unknown name']],
  ['price', ['order cart items price', 'quote cart items price']],
  ['total', ['order total', 'order cart total', 'quote cart total']],
  ['o', ['order']],
  ['o.id', ['order id']],
  ['o.x', ['elsewhere']],
  ['o.x.y', ['order x y']],
  ['order.by.name', ['customer name']],
  ['ox', ['ox']],
  ['price.x', ['price x']],
  ['o.labels.a.b/c', ['order labels a.b/c']],
  ['order.labels.a.b/c', ['order labels a.b/c']],
  ['order.notes.a.b/c', ['order notes a_b/c']],
  ['order.labels', ['order labels']],
  ['constructor', ['constructor']],
];
for (const [field, expected] of cases) {
  test(`${field} stands at ${expected.join(' and ')}`, () => expect(places(field, [BASE])).toEqual(expected));
}

test('a later map of the same log source replaces entries of the same name and uses the places of the earlier', () => {
  expect(places('price', [BASE, 'fields: { price: cost, sku: $item.sku }\n'])).toEqual(['cost']);
  expect(places('sku', [BASE, 'fields: { sku: $item.sku }\n'])).toEqual([
    'order cart items sku',
    'quote cart items sku',
  ]);
  expect(places('price', [BASE, 'places: { cart: basket }\n'])).toEqual(['basket items price']);
});

test('a map counts for its log source alone', () => {
  expect(places('price', [BASE], { product: 'bank' })).toEqual(['price']);
});

const errors: [name: string, text: string, message: string][] = [
  ['empty', '', '1:1: the file is empty; a field map has field_map and fields'],
  ['two', `${HEAD}---\n${HEAD}`, '5:1: one field map a file'],
  [
    'no product',
    'field_map: a\ndescription: d\nlogsource: {}',
    '3:12: logsource: expected a product, and mostly a service',
  ],
  [
    'a path with a space',
    `${HEAD}fields: { a: b c }`,
    '4:14: fields.a: expected a path such as kubernetes.audit.verb or $pod.hostNetwork',
  ],
  ['an unknown key', `${HEAD}field: { a: b }`, '4:1: field: is no known key; see docs/rules.md'],
];
for (const [name, text, message] of errors) {
  test(`a field map that cannot be read says where and why: ${name}`, () => {
    expect(() => parseFieldMap(text, 'map.yml')).toThrow(new KeywardenError('FIELDS', `map.yml:${message}`));
  });
}

const unusable: [name: string, text: string, message: string][] = [
  ['an unknown place', 'fields: { a: $pd.x, b: c }', 'map.yml:4:11: fields.a: there is no $pd; there are: none'],
  [
    'a place of itself',
    'places: { p: $p.x }\nfields: { a: $p.y, b: c }',
    'map.yml:5:11: fields.a: $p stands for itself; write its paths out',
  ],
];
for (const [name, text, message] of unusable) {
  test(`an entry that cannot be used leaves the others in force: ${name}`, () => {
    const { resolver, faults } = fieldMaps([parseFieldMap(HEAD + text, 'map.yml')]);
    expect(faults).toEqual([new KeywardenError('FIELDS', message)]);
    expect(resolver.resolve('b', SHOP)).toEqual([['c']]);
  });
}
