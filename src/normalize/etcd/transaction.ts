import { type Field, scalar } from './content.ts';

/**
 * Whether an API server could have made a transaction: it compares the revision of one key with one number, writes or
 * deletes that key alone, and where the compare fails reads it or does nothing. Undefined where nobody told what is
 * compared, nor what is done in which case. Source: Kubernetes staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go, and etcd client/v3/kubernetes.
 */
export function isLikeApiServer(content: readonly Field[]): boolean | undefined {
  const compare = fieldsOf(content, 'compare');
  const key = scalar(compare, 'key');
  if (scalar(compare, 'target') === UNTOLD) return couldBe(fieldsOf(content, 'success')) ? undefined : false;
  return (
    key !== undefined &&
    // etcd prints several compares one after the other as if they were one.
    !isTwice(compare, 'key') &&
    scalar(compare, 'target') === 'MOD' &&
    scalar(compare, 'result') === undefined &&
    scalar(compare, 'range_end') === undefined &&
    writesOnly(fieldsOf(content, 'success'), key) &&
    readsAtMost(fieldsOf(content, 'failure'), key)
  );
}

/** Of a transaction that an API server could have made: whether the key that it writes has to be new. */
export const createsKey = (content: readonly Field[]): boolean =>
  scalar(fieldsOf(content, 'compare'), 'mod_revision') === '0';

const isTwice = (fields: readonly Field[], wanted: string): boolean =>
  fields.findIndex(({ name }) => name === wanted) !== fields.findLastIndex(({ name }) => name === wanted);

/** The target of a compare of which nobody told more than that there is one. */
export const UNTOLD = 'UNTOLD';

/** Whether another transaction stands in one of the branches. */
export const isNested = (content: readonly Field[]): boolean =>
  ['success', 'failure'].some(branch => fieldsOf(content, branch).some(({ name }) => name === 'request_txn'));

function writesOnly(operations: readonly Field[], key: string): boolean {
  const [only] = operations;
  return (
    operations.length === 1 &&
    only !== undefined &&
    (only.name === 'request_put' || only.name === 'request_delete_range') &&
    isOf(only, key)
  );
}

const readsAtMost = (operations: readonly Field[], key: string): boolean =>
  operations.length <= 1 && operations.every(operation => operation.name === 'request_range' && isOf(operation, key));

/** Of all operations of both branches together. */
function couldBe(operations: readonly Field[]): boolean {
  const writes = operations.filter(({ name }) => name !== 'request_range');
  const [write] = writes;
  const key = write === undefined || typeof write.value === 'string' ? undefined : scalar(write.value, 'key');
  const reads = operations.filter(({ name }) => name === 'request_range');
  return key !== undefined && writesOnly(writes, key) && readsAtMost(reads, key);
}

const isOf = ({ value }: Field, key: string): boolean =>
  typeof value !== 'string' && scalar(value, 'key') === key && scalar(value, 'range_end') === undefined;

/** What stands in all messages of a name; mostly there is one, which is not copied. */
function fieldsOf(fields: readonly Field[], name: string): readonly Field[] {
  let found: readonly Field[] | undefined;
  for (const field of fields) {
    if (field.name !== name || typeof field.value === 'string') continue;
    found = found === undefined ? field.value : [...found, ...field.value];
  }
  return found ?? NONE;
}

const NONE: readonly Field[] = [];
