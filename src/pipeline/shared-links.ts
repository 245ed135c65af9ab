import { addressTest } from '../sigma/cidr.ts';
import type { AllowList } from '../sigma/lists.ts';
import { activeValues } from '../sigma/lists.ts';

/** Lists whose addresses stand for many clients, and whose users for many others. */
const ADDRESSES = ['apiserver_addresses', 'translating_addresses'];
const USERS = ['apiserver_common_names', 'controller_identities'];

/** Which links say nothing of a common story: the addresses of API servers and load balancers, the identities of the control plane. */
export function sharedLinks(lists: ReadonlyMap<string, AllowList>, now: Date): (link: string) => boolean {
  const valuesOf = (names: readonly string[]): readonly string[] =>
    names.flatMap(name => {
      const list = lists.get(name);
      return list === undefined ? [] : activeValues(list, now);
    });
  const isAddress = addressTest(valuesOf(ADDRESSES));
  const users = new Set(valuesOf(USERS));
  return link =>
    link.startsWith(ADDRESS)
      ? isAddress(link.slice(ADDRESS.length))
      : users.has(link.slice(USER.length)) && link.startsWith(USER);
}

const ADDRESS = 'address:';
const USER = 'user:';
