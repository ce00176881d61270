import { RegisteredStores, type Store } from '@tact/platform';
import { definitions } from '../constellation.ts';

/** A store of a running platform, and the schema whose transactions reach it by its own name. */
export type Declared = { readonly service: string; readonly store: Store };

/** Everything that the services declare. */
export const declaredStores: readonly Declared[] = definitions.flatMap((definition) =>
  new RegisteredStores(definition).stores.map((store) => ({ service: definition.name, store })),
);

export const namesOf = (kind: Store['kind']): readonly string[] => {
  const named = declaredStores.filter(({ store }) => store.kind === kind);
  return [...new Set(named.map(({ store: { name } }) => name))].toSorted((one, other) =>
    one < other ? -1 : 1,
  );
};
