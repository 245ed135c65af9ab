import { describe } from '@jest/globals';
import { correlation } from './support.ts';
import { table } from './table.ts';

// Source: Sigma correlation rules specification 2.1, "Value Average": the mean of the values in the timespan, for each group.

const mean = (condition: string, more = ''): string =>
  correlation(`type: value_avg, rules: [a], condition: {field: value, ${condition}}${more}`);

describe('at least ten over a minute', () => {
  table(mean('gte: 10'), [
    ['one value is its own mean', 'a@0=10', '0=10'],
    ['below', 'a@0=9.99', ''],
    ['of two values it lies in the middle', 'a@0=5 a@1=15', '1=10'],
    ['it may fall below and rise again', 'a@0=12 a@1=6 a@2=12', '0=12 2=10'],
    ['what is just a minute before counts', 'a@0=4 a@60=14', ''],
    ['a millisecond before that it does not', 'a@0=4 a@60.001=14', '60.001=14'],
    ['equal values count as often as they come', 'a@0=1 a@1=1 a@2=25 a@3=13', '3=10'],
    ['what is no number makes the mean no smaller', 'a@0=many a@1=10', '1=10'],
    ['and nothing is found at it', 'a@0=10 a@1=many', '0=10'],
    ['nor does an event without the field', 'a@0 a@1=10 a@2', '1=10'],
    ['values below zero', 'a@0=-10 a@1=30', '1=10'],
    ['in whatever order they come', 'a@1=15 a@0=5', '1=10'],
    ['each user for himself', 'a@0=1 a@1:bob=19', '1:bob=19'],
    ['without a user there is no group', 'a@0:=10', ''],
    ['each cluster for itself', 'a@0=1 a@1=19/d', '1=19/d'],
  ]);
});

describe('bounds', () => {
  table(mean('lt: 10'), [['less', 'a@0=9 a@1=11 a@2=1', '0=9 2=7']]);
  table(mean('gt: 9, lt: 11'), [['a range', 'a@0=10 a@1=14 a@2=6', '0=10 2=10']]);
  table(mean('eq: 0.1'), [
    ['a large number that has left leaves nothing behind', 'a@0=1e16 a@1=0.1 a@61=0.1', '61=0.1'],
  ]);
});
