/** The version of the Elastic Common Schema that the documents follow. */
export const ECS_VERSION = { version: '8.17.0' } as const;
