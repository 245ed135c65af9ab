import type { Service } from './service.ts';

/** Stops what global-setup.ts started. */
export default async function teardown(): Promise<void> {
  const { keywardenServices = [] } = globalThis as { readonly keywardenServices?: readonly Service[] };
  await Promise.all(keywardenServices.map(service => service.stop()));
}
