import { join, resolve } from 'node:path';

/** Where everything of a federation's home folder lies. */
export interface HomeLayout {
  readonly home: string;
  readonly charter: string;
  readonly dictionary: string;
  readonly coordinator: {
    readonly config: string;
    readonly keys: string;
    readonly state: string;
    readonly address: string;
  };
  readonly lab: { readonly config: string; readonly state: string; readonly notebooks: string };
  readonly memberKeys: string;
  /** Keys and token of one member. */
  member(id: string): string;
  /** Files of one hospital. */
  hospital(id: string): {
    readonly config: string;
    readonly keys: string;
    readonly policy: string;
    readonly state: string;
  };
}

/** The layout of a home folder. */
export function layoutOf(home: string): HomeLayout {
  const root = resolve(home);
  const at = (...parts: string[]) => join(root, ...parts);
  return {
    home: root,
    charter: at('study', 'charter.json'),
    dictionary: at('study', 'dictionary.json'),
    coordinator: {
      config: at('coordinator', 'coordinator.json'),
      keys: at('coordinator', 'keys.json'),
      state: at('coordinator', 'state'),
      address: at('coordinator', 'address.json')
    },
    lab: {
      config: at('lab', 'lab.json'),
      state: at('lab', 'state'),
      notebooks: at('lab', 'notebooks')
    },
    memberKeys: at('members', 'keys.json'),
    member: id => at('members', `${id}.json`),
    hospital: id => ({
      config: at('hospitals', id, 'hospital.json'),
      keys: at('hospitals', id, 'keys.json'),
      policy: at('hospitals', id, 'policy.json'),
      state: at('hospitals', id, 'state')
    })
  };
}
