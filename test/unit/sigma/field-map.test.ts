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

test('maps of two log sources have nothing to do with each other', () => {
  const shop = parseFieldMap(`${HEAD}fields: { price: cost }`, 'a.yml');
  const bank = parseFieldMap(`${HEAD.replace('shop', 'bank')}fields: { price: fee, sum: total }`, 'b.yml');
  const { resolver } = fieldMaps([shop, bank]);
  expect(resolver.resolve('price', SHOP)).toEqual([['cost']]);
  expect(resolver.resolve('sum', SHOP)).toEqual([['sum']]);
  expect(resolver.resolve('price', { product: 'bank' })).toEqual([['fee']]);
});

test('a log source in capitals is the same', () => {
  const maps = [HEAD, HEAD.replace('shop', 'SHOP')].map((head, i) => `${head}fields: { a${i}: b${i} }`);
  const { resolver } = fieldMaps(maps.map(text => parseFieldMap(text, 'a.yml')));
  expect(['a0', 'a1'].map(field => resolver.resolve(field, SHOP))).toEqual([[['b0']], [['b1']]]);
});

test('maps of two services of a product are two', () => {
  const head = (service: string) => HEAD.replace('shop', `shop, service: ${service}`);
  const maps = ['web', 'till'].map(service => parseFieldMap(`${head(service)}fields: { a: ${service}.a }`, 'a.yml'));
  const { resolver } = fieldMaps(maps);
  expect(resolver.resolve('a', { ...SHOP, service: 'till' })).toEqual([['till', 'a']]);
  expect(resolver.resolve('a', { ...SHOP, service: 'web' })).toEqual([['web', 'a']]);
});

test('a place tells the list that it is in, the list itself none', () => {
  const { resolver } = fieldMaps([parseFieldMap(HEAD + BASE, 'map.yml')]);
  const list = { kind: 'item', at: 'order.cart.items' };
  expect(resolver.objectListOf?.(['order', 'cart', 'items', 'price'], SHOP)).toEqual(list);
  expect(resolver.objectListOf?.(['order', 'cart', 'items', 'price', 'net'], SHOP)).toEqual(list);
  expect(resolver.objectListOf?.(['order', 'cart', 'items'], SHOP)).toBeUndefined();
  expect(resolver.objectListOf?.(['order', 'total'], SHOP)).toBeUndefined();
});

test('places are nested eight deep', () => {
  const nested = (depth: number) => {
    const places = 'abcdefghijkl'
      .slice(0, depth)
      .split('')
      .map((name, i, all) => `${name}: ${all[i + 1] === undefined ? 'x' : `$${all[i + 1]}`}`);
    return fieldMaps([parseFieldMap(`${HEAD}places: { ${places.join(', ')} }\nfields: { f: $a }`, 'map.yml')]);
  };
  expect(nested(9).resolver.resolve('f', SHOP)).toEqual([['x']]);
  expect(nested(10).faults.map(({ message }) => message)).toEqual([
    'the field map cannot be used: map.yml:5:11: fields.f: $j stands for itself; write its paths out',
  ]);
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
  ['a path that is a number', `${HEAD}fields: { a: 5 }`, '4:14: fields.a: expected a path or a list of paths'],
  ['paths of nothing', `${HEAD}fields: { a: [] }`, '4:14: fields.a: Too small: expected array to have >=1 items'],
  [
    'a path with an empty name',
    `${HEAD}fields: { a: b..c }`,
    '4:14: fields.a: expected a path such as kubernetes.audit.verb or $pod.hostNetwork',
  ],
  [
    'a path that ends in a dot',
    `${HEAD}fields: { a: b. }`,
    '4:14: fields.a: expected a path such as kubernetes.audit.verb or $pod.hostNetwork',
  ],
  [
    'a path with a place within',
    `${HEAD}fields: { a: b.$c }`,
    '4:14: fields.a: expected a path such as kubernetes.audit.verb or $pod.hostNetwork',
  ],
  ['a place with a digit', `${HEAD}places: { a1: b }`, '4:11: places.a1: expected a name of letters, such as pod'],
  ['a list with a capital', `${HEAD}lists: { Ab: b }`, '4:10: lists.Ab: expected a name of letters, such as pod'],
  [
    'a name with a capital',
    HEAD.replace('mine', 'Mine'),
    '1:12: field_map: a name of lower-case letters, digits and -',
  ],
  [
    'a name with a blank',
    HEAD.replace('mine', 'my map'),
    '1:12: field_map: a name of lower-case letters, digits and -',
  ],
  ['no description', HEAD.replace('description: Mine.\n', ''), '1:1: description: is missing; expected string'],
  ['an unknown key', `${HEAD}field: { a: b }`, '4:1: field: is no known key; see docs/rules.md'],
];
for (const [name, text, message] of errors) {
  test(`a field map that cannot be read says where and why: ${name}`, () => {
    expect(() => parseFieldMap(text, 'map.yml')).toThrow(new KeywardenError('FIELDS', `map.yml:${message}`));
  });
}

const unusable: [name: string, text: string, message: string][] = [
  [
    'an unknown place beside others',
    'places: { p: x, q: y }\nfields: { b: c, a: $r.x }',
    'map.yml:5:17: fields.a: there is no $r; there are: $p, $q',
  ],
  [
    'an unknown place of keys',
    'keys: { $pd.x: _ }\nfields: { b: c }',
    'map.yml:4:9: keys.$pd.x: there is no $pd; there are: none',
  ],
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
