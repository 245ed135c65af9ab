const project = (name, folders) => ({
  displayName: name,
  testMatch: folders.map(folder => `<rootDir>/test/${folder}/**/*.test.ts`),
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/jest/strip-types.mjs' },
});

export default {
  projects: [project('unit', ['unit', 'conformance']), project('integration', ['integration', 'fault'])],
  reporters: ['default', '<rootDir>/test/jest/totals-reporter.mjs'],
};
