import type { EtcdValue } from './event.ts';

/** Kubernetes prefixes what it encrypts with the provider, the provider's version and the name of the key or plugin. Source: apiserver pkg/server/options/encryptionconfig. */
const ENCRYPTED = /^k8s:enc:([a-z]{1,16}):(?:v\d:)?([^:]{1,128}):/;
const BEGINNING = 'k8s:enc:';

/** What the beginning of a stored value says of its encryption; the value itself goes no further. */
export function encryptionOf(value: string): EtcdValue {
  if (!value.startsWith(BEGINNING)) return { encrypted: false };
  const [, provider, key] = ENCRYPTED.exec(value) ?? [];
  return { encrypted: true, provider, key_id: key };
}
