import { randomUUID } from 'node:crypto';
import type { Writer } from './writer.ts';

/** One object, as a request names it and as etcd stores it. */
export type Target = {
  readonly group?: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
};

/** The names of etcd and of requests where both differ are not needed here. */
export const keyOf = ({ group = '', resource, namespace, name }: Target): string => {
  // Only kinds of a dotted group of their own stand below it.
  const place = group.endsWith('.example.com') ? `${group}/${resource}` : resource;
  return `/registry/${place}/${namespace}/${name}`;
};

export type AuditLevel = 'Metadata' | 'Request' | 'RequestResponse';

/** How the name is told: in the request, or only its beginning. */
export type Request = Target & {
  readonly verb: 'create' | 'update' | 'delete' | 'get';
  readonly level?: AuditLevel;
  readonly generateName?: string;
  readonly lease?: string;
  /** Of the object, where the answer is recorded. */
  readonly revision?: number;
};

/** The audit event of a request that took from `received` to `completed`. */
export function auditOf(request: Request, received: Date, completed: Date): string {
  const { verb, group, resource, namespace, name, level = 'Metadata', generateName, revision } = request;
  const path = group === undefined ? '/api/v1' : `/apis/${group}/v1`;
  const isNamed = generateName === undefined;
  const named = isNamed ? { name } : {};
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: randomUUID(),
    stage: 'ResponseComplete',
    requestURI: `${path}/namespaces/${namespace}/${resource}${isNamed && verb !== 'create' ? `/${name}` : ''}`,
    verb,
    user: { username: 'system:serviceaccount:kube-system:deployer', groups: ['system:authenticated'] },
    sourceIPs: ['10.0.0.7'],
    userAgent: 'deployer/v1',
    objectRef: { resource, namespace, apiGroup: group, apiVersion: 'v1', ...named },
    ...(level === 'Metadata' ? {} : { requestObject: { metadata: isNamed ? { name } : { generateName } } }),
    ...(level === 'RequestResponse'
      ? { responseObject: { metadata: { name, resourceVersion: String(revision) } } }
      : {}),
    responseStatus: { code: verb === 'create' ? 201 : 200 },
    requestReceivedTimestamp: micros(received),
    stageTimestamp: micros(completed),
  });
}

const micros = (time: Date): string => time.toISOString().replace('Z', '000Z');

/** Stands for an API server: each write is made in etcd and told by `tell`. */
export class ApiServer {
  readonly #writer: Writer;
  readonly #tell: (event: string) => void;
  /** Where each object was last written. */
  readonly #revisions = new Map<string, number>();

  constructor(writer: Writer, tell: (event: string) => void) {
    this.#writer = writer;
    this.#tell = tell;
  }

  /** Makes the write that the request asks for. */
  async serve(request: Request): Promise<void> {
    const received = new Date();
    const key = keyOf(request);
    const value = request.verb === 'delete' ? undefined : `k8s\0${request.name}`;
    const revision = await this.#writer.guarded(key, value, this.#revisions.get(key) ?? 0, request.lease);
    if (value === undefined) this.#revisions.delete(key);
    else this.#revisions.set(key, revision);
    this.#tell(auditOf({ ...request, revision }, received, new Date()));
  }
}
