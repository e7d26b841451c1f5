import { describe, expect, it } from 'vitest';
import type { InspectorLink } from './inspector-link.js';
import { pageOf, Variables } from './variables.js';

/** An inspector whose object has one property. */
const linkWith = (value: object) =>
  ({ post: () => Promise.resolve({ result: [{ name: 'x', value }] }) }) as unknown as InspectorLink;

async function listed(value: object) {
  const variables = new Variables();
  const reference = variables.refer({ objectIds: ['1'] });
  return variables.of(reference, pageOf({}), linkWith(value));
}

describe('a variable in the list of a client', () => {
  it.each([
    [{ type: 'number', value: 10, description: '10' }, '10'],
    [{ type: 'string', value: 'a' }, '"a"'],
    [{ type: 'boolean', value: true }, 'true'],
    [{ type: 'undefined' }, 'undefined'],
    [{ type: 'object', subtype: 'null', value: null }, 'null']
  ])('that is plain has a value and no type: %o', async (remote, value) => {
    expect(await listed(remote)).toEqual([
      { name: 'x', value, evaluateName: 'x', variablesReference: 0 }
    ]);
  });

  it('that can be opened has its type too', async () => {
    const remote = { type: 'object', className: 'Map', description: 'Map(2)', objectId: '7' };
    expect(await listed(remote)).toMatchObject([
      { name: 'x', value: 'Map(2)', type: 'Map', variablesReference: 2 }
    ]);
  });
});
