import { describe } from '@jest/globals';
import { correlation } from './support.ts';
import { table } from './table.ts';

// Source: Sigma correlation rules specification 2.1, "Value Count": different values of a field in the timespan, for each group.

const different = (condition: string, more = ''): string =>
  correlation(`type: value_count, rules: [a], condition: {field: value, ${condition}}${more}`);

describe('at least two values within a minute', () => {
  table(different('gte: 2'), [
    ['one value is one, however often it comes', 'a@0=x a@1=x a@2=x', ''],
    ['it holds at the second value', 'a@0=x a@1=y', '1=2'],
    ['and at each event after, of a known value too', 'a@0=x a@1=y a@2=x', '1=2 2=2'],
    ['a value just a minute before counts', 'a@0=x a@60=y', '60=2'],
    ['a millisecond before that it does not', 'a@0=x a@60.001=y', ''],
    ['a value is there as long as any event with it is', 'a@0=x a@30=x a@61=y', '61=2'],
    ['and is gone with the last of them', 'a@0=x a@1=x a@61.001=y', ''],
    ['it may come back', 'a@0=x a@61=y a@100=x', '100=2'],
    ['values are told apart as they are written', 'a@0=x a@1=X', '1=2'],
    ['an event without the field does not count', 'a@0=x a@1 a@2=y', '2=2'],
    ['and nothing is found at it', 'a@0=x a@1=y a@2', '1=2'],
    ['values of one millisecond', 'a@5=x a@5=y', '5=2'],
    ['in whatever order they come', 'a@3=x a@1=y a@2=x', '2=2 3=2'],
    ['each user for himself', 'a@0=x a@1:bob=y', ''],
    ['without a user there is no group', 'a@0:=x a@1:=y', ''],
    ['each cluster for itself', 'a@0=x a@1=y/d a@2=z/d', '2=2/d'],
    ['one that comes after the clock has passed it does not count', 'a@0=x clock@10 a@9=y', ''],
  ]);
});

describe('bounds', () => {
  const three = 'a@0=x a@1=y a@2=z';
  table(different('gt: 1, lt: 3'), [['a range', three, '1=2']]);
  table(different('lte: 2'), [['at most', three, '0=1 1=2']]);
  table(different('eq: 3'), [['just as many', three, '2=3']]);
});

describe('several fields', () => {
  table(correlation('type: value_count, rules: [a], condition: {field: [value, ip], gte: 2}'), [
    ['are one value together', 'a@0=x[ip=1] a@1=x[ip=1] a@2=x[ip=2]', '2=2'],
    ['all of them have to be there', 'a@0=x[ip=1] a@1=x a@2=x[ip=1]', ''],
    ['they do not run into each other', 'a@0=1[ip=23] a@1=12[ip=3]', '1=2'],
  ]);
});

describe('several rules', () => {
  table(correlation('type: value_count, rules: [a, b], condition: {field: value, gte: 2}'), [
    ['are looked at together', 'a@0=x b@1=y', '1=2'],
    ['a value that two of them have is one', 'a@0=x b@1=x', ''],
    ['an event on which both hold has one value', 'a@0=x#e b@0=x#e', ''],
  ]);
  table(
    correlation(
      'type: value_count, rules: [a, b], condition: {field: what, gte: 2}, aliases: {what: {a: value, b: object}}',
    ),
    [['an alias is another field of each rule', 'a@0=x b@1[object=x] b@2[object=y]', '2=2']],
  );
});
