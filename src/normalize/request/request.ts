import type { RequestFields } from '../../model/event.ts';
import { type AuditEvent, isFields } from '../audit.ts';
import { serviceAccountOf } from './account.ts';
import { boundUsers } from './binding.ts';
import { certificateNames } from './certificate.ts';
import { definedKind } from './definition.ts';
import { dryRunOf } from './dry-run.ts';
import { patchedObject } from './patched.ts';

/** What a request asks for that its fields do not say as they are; undefined where there is no such thing. */
export function requestFields(audit: AuditEvent): RequestFields | undefined {
  const patched = patchedObject(audit.requestObject);
  const certificate = certificateOf(audit);
  const foreign = isForeign(audit) || undefined;
  const account = serviceAccountOf(audit, patched);
  const bound = boundUsers(audit, patched);
  const defines = definedKind(audit);
  const dryRun = dryRunOf(audit);
  // Most events have none of these, and get no object.
  const some = patched ?? certificate ?? foreign ?? account ?? bound ?? defines ?? dryRun;
  if (some === undefined) return undefined;
  return {
    foreign_namespace: foreign,
    patched,
    certificate,
    service_account: account,
    bound,
    defines,
    dry_run: dryRun,
  };
}

/** The answer says what is stored: a patch that approves does not repeat it, and of a whole object the API server keeps its own. */
function certificateOf({ objectRef, requestObject, responseObject }: AuditEvent): RequestFields['certificate'] {
  if (objectRef?.resource !== 'certificatesigningrequests') return undefined;
  const request = requestIn(responseObject) ?? requestIn(requestObject);
  return request === undefined ? undefined : certificateNames(request);
}

function requestIn(body: unknown): string | undefined {
  const spec = isFields(body) ? body['spec'] : undefined;
  const request = isFields(spec) ? spec['request'] : undefined;
  return typeof request === 'string' ? request : undefined;
}

const SERVICE_ACCOUNT = 'system:serviceaccount:';

/** Whether a service account asks for something in another namespace than its own. */
function isForeign({ user, objectRef }: AuditEvent): boolean {
  const name = user?.username;
  const namespace = objectRef?.namespace;
  if (name === undefined || namespace === undefined || namespace === '' || !name.startsWith(SERVICE_ACCOUNT)) {
    return false;
  }
  return !name.startsWith(`${namespace}:`, SERVICE_ACCOUNT.length);
}
