import { declare } from './collected.ts';

/** Stands for `@jest/globals`: tests are collected, and expectations are jest's own. */
export { expect } from 'expect';
export const test = declare;
