import { expect, test } from '@jest/globals';
import { labellerOf, parseLabels } from '../../../src/enrich/labels.ts';
import { KeywardenError } from '../../../src/errors.ts';

const NETWORKS = `labels: networks
entries:
  - { cidr: 10.0.0.0/8, label: internal }
  - { cidr: 10.1.0.0/16, label: office }
  - { address: 10.1.0.9, label: jump-host }
  - { cidr: '2001:db8::/32', label: office }
`;
const PEOPLE = `labels: people
description: who is who
entries:
  - { user: alice, label: contractor }
  - { user: alice, label: on-call }
  - { user: 'system:serviceaccount:ci:deployer', label: automation }
  - { user: alice, label: contractor }
`;
const labeller = labellerOf([parseLabels(NETWORKS, 'n.yml'), parseLabels(PEOPLE, 'p.yml')]);

const addresses: [address: string, labels: readonly string[]][] = [
  ['10.2.0.1', ['internal']],
  ['10.1.0.1', ['internal', 'office']],
  ['10.1.0.9', ['internal', 'office', 'jump-host']],
  ['::ffff:10.1.0.9', ['internal', 'office', 'jump-host']],
  ['2001:db8::7', ['office']],
  ['192.0.2.1', []],
];
for (const [address, labels] of addresses) {
  test(`labels of ${address}`, () => expect(labeller.ofAddress(address)).toEqual(labels));
}

const users: [user: string, labels: readonly string[]][] = [
  ['alice', ['contractor', 'on-call']],
  ['Alice', []],
  ['system:serviceaccount:ci:deployer', ['automation']],
  ['__proto__', []],
];
for (const [user, labels] of users) {
  test(`labels of the user ${user}`, () => expect(labeller.ofUser(user)).toEqual(labels));
}

const errors: [name: string, text: string, message: string][] = [
  ['nothing', '', '1:1: the file is empty; labels have labels and entries'],
  ['two lists', `${NETWORKS}---\n${PEOPLE}`, '8:1: one list of labels a file'],
  ['no name', 'entries: []', '1:1: labels: is missing; expected string'],
  [
    'a network that is none',
    'labels: a\nentries: [{ cidr: 10.0.0.0/33, label: x }]',
    '2:19: entries.0.cidr: expected a network such as 10.0.0.0/8 or 2001:db8::/32',
  ],
  [
    'a network for an address',
    'labels: a\nentries: [{ address: 10.0.0.0/8, label: x }]',
    '2:22: entries.0.address: expected an address such as 10.0.0.7',
  ],
  [
    'an address and a user',
    'labels: a\nentries: [{ address: 10.0.0.1, user: b, label: x }]',
    '2:11: entries.0: expected one of cidr, address or user, and the label',
  ],
  [
    'neither address nor user',
    'labels: a\nentries: [{ label: x }]',
    '2:11: entries.0: expected one of cidr, address or user, and the label',
  ],
  ['no label', 'labels: a\nentries: [{ user: b }]', '2:11: entries.0.label: is missing; expected string'],
  [
    'an unknown key',
    'labels: a\nentries: [{ host: b, label: x }]',
    '2:13: entries.0.host: is no known key; see docs/enrichment.md',
  ],
];
for (const [name, text, message] of errors) {
  test(`labels that cannot be used say where and why: ${name}`, () => {
    expect(() => parseLabels(text, 'l.yml')).toThrow(new KeywardenError('ENRICHMENT', `l.yml:${message}`));
  });
}
