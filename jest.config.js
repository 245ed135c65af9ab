const project = (name, folders, more = {}) => ({
  displayName: name,
  testMatch: folders.map(folder => `<rootDir>/test/${folder}/**/*.test.ts`),
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/jest/strip-types.mjs' },
  ...more,
});

export default {
  projects: [
    project('unit', ['unit', 'conformance']),
    project('integration', ['integration', 'fault'], {
      globalSetup: '<rootDir>/test/services/global-setup.ts',
      globalTeardown: '<rootDir>/test/services/global-teardown.ts',
    }),
  ],
  reporters: ['default', '<rootDir>/test/jest/totals-reporter.mjs'],
};
