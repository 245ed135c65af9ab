import { describe } from '@jest/globals';
import { correlation } from './support.ts';
import { table } from './table.ts';

// Source: Sigma correlation rules specification 2.1, "Value Sum". It does not say what a value is that is no number; like
// elsewhere in Sigma no bound holds for it, so it is left out.

const sum = (condition: string, more = ''): string =>
  correlation(`type: value_sum, rules: [a], condition: {field: value, ${condition}}${more}`);

describe('at least a hundred within a minute', () => {
  table(sum('gte: 100'), [
    ['less is not enough', 'a@0=40 a@1=59', ''],
    ['it holds where the sum is reached, and as long as it is', 'a@0=40 a@1=60 a@2=0', '1=100 2=100'],
    ['what is just a minute before counts', 'a@0=40 a@60=60', '60=100'],
    ['a millisecond before that it does not', 'a@0=40 a@60.001=60', ''],
    ['what has left the window is taken off', 'a@0=90 a@61=20 a@62=80', '62=100'],
    ['a value below zero takes off', 'a@0=150 a@1=-100 a@2=50', '0=150 2=100'],
    ['what is no number is left out', 'a@0=40 a@1=many a@2=60', '2=100'],
    ['and nothing is found at it', 'a@0=100 a@1=many a@2=', '0=100'],
    ['an event without the field is left out', 'a@0=100 a@1', '0=100'],
    ['no number is endless', 'a@0=Infinity a@1=1e400 a@2=NaN', ''],
    ['numbers are read as Sigma’s |gt reads them', 'a@0=1e2 a@1=+5 a@2=0x10', '0=100 1=105 2=121'],
    ['events of one millisecond', 'a@5=50 a@5=50', '5=100'],
    ['in whatever order they come', 'a@1=60 a@0=40', '1=100'],
    ['one that comes twice counts once', 'a@0=50#x a@0=50#x', ''],
    ['each user for himself', 'a@0=50 a@1:bob=50', ''],
    ['without a user there is no group', 'a@0:=100', ''],
    ['each cluster for itself', 'a@0=60 a@1=60/d a@2=60/d', '2=120/d'],
  ]);
});

describe('bounds', () => {
  table(sum('gt: 10, lte: 30'), [['a range', 'a@0=10 a@1=10 a@2=10 a@3=10', '1=20 2=30']]);
  table(sum('lt: 10'), [['less, judged at each event', 'a@0=5 a@1=5 a@61=5', '0=5']]);
});

describe('exactly', () => {
  table(sum('eq: 1'), [
    ['ten tenths are one', Array.from({ length: 10 }, (_, i) => `a@${i}=0.1`).join(' '), '9=1'],
    ['a large number that has left leaves nothing behind', 'a@0=1e16 a@1=0.5 a@61=0.5', '61=1'],
    ['nor does it where the small ones came before it', 'a@0=0.25 a@0.5=1e17 a@0.6=-1e17 a@1=0.75', '1=1'],
  ]);
});

describe('several rules', () => {
  table(correlation('type: value_sum, rules: [a, b], condition: {field: value, gte: 100}'), [
    ['are summed up together', 'a@0=50 b@1=50', '1=100'],
    ['an event on which two of them hold counts once', 'a@0=50#x b@0=50#x', ''],
  ]);
});
