import { expect, test } from '@jest/globals';
import { base64offset } from '../../../src/sigma/encode.ts';

/** Whatever stands around a text, one of its three forms is in the Base64 of the whole. */
test('one of the three forms is found wherever the text stands', () => {
  for (const text of ['secret', 'token', 'keys', '/bin/bash -c']) {
    const forms = base64offset(Buffer.from(text)).map(String);
    for (const before of ['', 'a', 'ab', 'abc', 'ÿþý', '~~~~~']) {
      for (const after of ['', 'z', 'zz', 'ÿÿÿ']) {
        const whole = Buffer.from(before + text + after).toString('base64');
        expect({ whole, found: forms.some(form => whole.includes(form)) }).toEqual({ whole, found: true });
      }
    }
  }
});

test('the forms hold as much of the text as they can', () => {
  expect(base64offset(Buffer.from('secret')).map(String)).toEqual(['c2VjcmV0', 'NlY3Jld', 'zZWNyZX']);
});
