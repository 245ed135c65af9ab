import { randomBytes } from 'node:crypto';

/** A name that nobody else has, fit for topics and index namespaces. */
export const uniqueName = (prefix: string): string => `${prefix}${randomBytes(5).toString('hex')}`;
