import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

type Floors = Readonly<Record<string, { readonly order: readonly (readonly string[])[] }>>;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const rules = join(root, '.dependency-cruiser.mjs');
const { floors } = (await import(rules)) as { floors: Floors };

const entriesOf = (room: string) => readdirSync(join(root, room), { withFileTypes: true });

// dependency-cruiser sees imports only: a file or a folder that imports nothing would pass it by.
test.each(Object.entries(floors))(
  '%s holds the folders of its floors and no other',
  (room, { order }) => {
    const folders = entriesOf(room).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => name).filter((name) => name !== 'testing');
    expect(names.toSorted()).toEqual(order.flat().toSorted());
  },
);

test.each(['ingestion', 'scoring', 'outreach', 'compliance'])(
  'the root of %s is no drawer',
  (service) => {
    const files = entriesOf(`apps/${service}/src`).filter((entry) => entry.isFile());
    const table = /^(?:main|index|migrations|[a-z]+-service|[a-z]+\.module|[a-z.]+\.test)\.ts$/;
    expect(files.map(({ name }) => name).filter((name) => !table.test(name))).toEqual([]);
  },
);
