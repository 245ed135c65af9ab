import { describe, expect, test } from '@jest/globals';
import { chain, correlation, evidence, found } from './support.ts';
import { table } from './table.ts';

// Source: Sigma correlation rules specification 2.1, "Failed Logins Followed by Successful Login". What it leaves open: a
// correlation matches at each event at which it holds, at that event's time.

const MANY = correlation('type: event_count, rules: [a], condition: {gte: 3}', 'many');

describe('three failures within a minute, and within a minute of that a success', () => {
  table(chain(correlation('type: temporal_ordered, rules: [many, b]'), MANY), [
    ['both', 'a@0 a@1 a@2 b@3', '3'],
    ['too few failures', 'a@0 a@1 b@3', ''],
    ['the success came first', 'b@0 a@1 a@2 a@3', ''],
    ['it came between them', 'a@0 a@1 b@2 a@3', ''],
    ['a minute after the third', 'a@0 a@30 a@60 b@120', '120'],
    ['a millisecond more', 'a@0 a@30 a@60 b@120.001', ''],
    ['failures that take too long', 'a@0 a@30 a@60.001 b@61', ''],
    ['as long as failures go on, the minute begins anew', 'a@0 a@1 a@2 a@50 b@70', '70'],
    ['but not where they are too few by then', 'a@0 a@1 a@2 a@62 b@63', ''],
    ['each success', 'a@0 a@1 a@2 b@3 b@4', '3 4'],
    ['of one user', 'a@0 a@1 a@2 b@3:bob', ''],
    ['failures of several users', 'a@0 a@1:bob a@2 b@3', ''],
    ['without a user there is no group', 'a@0: a@1: a@2: b@3:', ''],
    ['of one cluster', 'a@0 a@1 a@2 b@3/d', ''],
    ['in whatever order they come', 'b@3 a@2 a@0 a@1', '3'],
    ['a failure that comes twice counts once', 'a@0 a@1#x a@1#x b@3', ''],
  ]);
});

describe('groups of the inner correlation', () => {
  const inner = correlation('type: event_count, rules: [a], condition: {gte: 2}, group-by: [user, ip]', 'many');
  table(chain(correlation('type: temporal, rules: [many, b]'), inner), [
    ['are within those of the outer one', 'a@0[ip=1] a@1[ip=1] b@2', '2'],
    ['and count each for itself', 'a@0[ip=1] a@1[ip=2] b@2', ''],
  ]);
  table(chain(correlation('type: value_count, rules: [many], condition: {field: ip, gte: 2}'), inner), [
    ['their values can be counted', 'a@0[ip=1] a@1[ip=1] a@2[ip=2] a@3[ip=2]', '3=2'],
    ['the same one again is one', 'a@0[ip=1] a@1[ip=1] a@2[ip=1] a@3[ip=1]', ''],
  ]);
  table(
    chain(
      correlation('type: temporal, rules: [many, b], group-by: [who], aliases: {who: {many: user, b: target}}'),
      inner,
    ),
    [['an alias goes through the chain', 'a@0:eve[ip=1] a@1:eve[ip=1] b@2:[target=eve]', '2:eve']],
  );
});

describe('matches of correlations are counted like those of rules', () => {
  table(chain(correlation('type: event_count, rules: [many], condition: {gte: 2}'), MANY), [
    ['one match at each event', 'a@0 a@1 a@2 a@3', '3=2'],
    ['each for its time', 'a@0 a@1 a@2 a@58 a@59 a@60', '58=2 59=3 60=4'],
  ]);
  const few = correlation('type: event_count, rules: [b], condition: {gte: 2}', 'few');
  table(chain(correlation('type: temporal, rules: [many, few]'), MANY, few), [
    ['two correlations together', 'a@0 b@1 a@2 b@3 a@4', '4'],
    ['one of them', 'a@0 b@1 a@2 a@4', ''],
  ]);
  const pair = correlation('type: temporal, rules: [few, c]', 'pair');
  table(chain(correlation('type: temporal_ordered, rules: [pair, d]'), pair, few), [
    ['three levels', 'b@0 b@1 c@2 d@3', '3'],
    ['the innermost missing', 'b@0 c@2 d@3', ''],
    ['each level in its own time', 'b@0 b@60 c@120 d@180', '180'],
    ['a millisecond more', 'b@0 b@60 c@120 d@180.001', ''],
  ]);
  table(chain(correlation('type: event_count, rules: [many, b], condition: {gte: 2}'), MANY), [
    ['a rule beside a correlation', 'a@0 a@1 a@2 b@3', '3=2'],
  ]);
});

test('what it rests on is the evidence of all windows, in order and each event once', () => {
  const program = chain(correlation('type: temporal_ordered, rules: [many, b]'), MANY);
  expect(evidence(program, 'a@0 a@1 a@2 a@3 b@4')).toEqual(['0 1 2 3 4']);
  expect(found(program, 'a@0 a@1 a@2 a@3 b@4')).toBe('4');
});
