import { StaffPage, type StaffView } from '@tact/contracts';
import type { TactClient } from '@tact/client';

/** Everybody there ever was, oldest first. */
export const allStaff = async (api: TactClient): Promise<readonly StaffView[]> => {
  const items: StaffView[] = [];
  let query = '';
  for (;;) {
    const page = await api.get(`/v1/staff?limit=200${query}`, StaffPage);
    items.push(...page.items);
    if (page.nextCursor === undefined) return items;
    query = `&cursor=${page.nextCursor}`;
  }
};
