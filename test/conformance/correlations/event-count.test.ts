import { describe } from '@jest/globals';
import { correlation } from './support.ts';
import { table } from './table.ts';

// Source: Sigma correlation rules specification 2.1, "Event Count": events of the rules in the timespan, for each group.

const count = (condition: string, more = ''): string =>
  correlation(`type: event_count, rules: [a], condition: {${condition}}${more}`);

describe('at least three within a minute', () => {
  table(count('gte: 3'), [
    ['fewer are not enough', 'a@0 a@1', ''],
    ['it holds at the third, and at each one after', 'a@0 a@1 a@2 a@3', '2=3 3=4'],
    ['one just a minute before counts', 'a@0 a@30 a@60', '60=3'],
    ['one a millisecond before that does not', 'a@0 a@30 a@60.001', ''],
    ['the window slides with each event', 'a@0 a@50 a@61 a@100', '100=3'],
    ['it does not begin anew with each minute', 'a@59 a@60 a@61', '61=3'],
    ['it ends and begins again', 'a@0 a@1 a@2 a@100 a@101 a@102', '2=3 102=3'],
    ['events of one millisecond are as many as they are', 'a@5 a@5 a@5', '5=3'],
    ['in whatever order they come', 'a@2 a@0 a@1', '2=3'],
    ['one that comes twice counts once', 'a@0#x a@0#x a@1', ''],
    ['one that comes after the clock has passed it does not count', 'a@0 clock@10 a@9.999 a@11', ''],
    ['one that stands at the clock does', 'a@0 clock@10 a@10 a@11', '11=3'],
    ['each user for himself', 'a@0 a@1:bob a@2 a@3:bob a@4', '4=3'],
    ['users do not become one by where a name ends', 'a@0:x a@1:xx a@2:xxx', ''],
    ['without a user there is no group', 'a@0: a@1: a@2:', ''],
    ['and what has none is not counted with others', 'a@0 a@1: a@2', ''],
    ['each cluster for itself', 'a@0 a@1/d a@2 a@3/d a@4/d', '4=3/d'],
  ]);
});

describe('bounds', () => {
  const four = 'a@0 a@1 a@2 a@3';
  table(count('gt: 1, lte: 3'), [['a range', four, '1=2 2=3']]);
  table(count('gte: 2, neq: 3'), [['all of several criteria have to hold', four, '1=2 3=4']]);
  table(count('eq: 2'), [['just as many', four, '1=2']]);
  table(count('neq: 2'), [['any other number', four, '0=1 2=3 3=4']]);
  table(count('lt: 2'), [['fewer, judged at each event and at no other time', 'a@0 a@1 a@62', '0=1 62=1']]);
  table(count('gte: 1'), [['one is enough', 'a@0 a@7', '0=1 7=2']]);
});

describe('groups', () => {
  table(count('gte: 2', ', group-by: [user, ip]'), [
    ['of two fields both have to be the same', 'a@0[ip=1] a@1[ip=2] a@2[ip=1]', '2:u,1=2'],
    ['and both have to be there', 'a@0 a@1 a@2[ip=1]', ''],
    ['values do not run into each other', 'a@0:1[ip=23] a@1:12[ip=3]', ''],
  ]);
  table(count('gte: 2', ', group-by: []'), [['without group-by all are one', 'a@0 a@1:bob', '1=2']]);
});

describe('several rules', () => {
  table(correlation('type: event_count, rules: [a, b], condition: {gte: 3}'), [
    ['are counted together', 'a@0 b@1 a@2', '2=3'],
    ['an event on which two of them hold counts once', 'a@0#x b@0#x a@1', ''],
    ['and so do two such events', 'a@0#x b@0#x a@1 b@2', '2=3'],
  ]);
  table(
    correlation(
      'type: event_count, rules: [a, b], condition: {gte: 3}, group-by: [who], aliases: {who: {a: user, b: target}}',
    ),
    [
      ['an alias is another field of each rule', 'a@0:eve b@1:[target=eve] a@2:eve', '2:eve=3'],
      ['a field that is another rule’s does not count', 'a@0:eve b@1:eve[target=mallory] a@2:eve', ''],
      ['without the field that it stands for there is no group', 'a@0:eve b@1:eve a@2:eve', ''],
    ],
  );
});
