/** What stands where a secret was. */
export const REDACTED = '[redacted by keywarden]';

/** The annotation in which `kubectl apply` keeps the whole object as text. */
export const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
