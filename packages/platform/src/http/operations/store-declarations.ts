import type { StoreList } from '@tact/contracts';

/** What the service declares that it keeps, for its route. */
export class StoreDeclarations {
  constructor(readonly list: StoreList) {}
}
