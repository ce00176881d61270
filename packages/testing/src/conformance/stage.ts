import type { LogFixture } from './fixture.ts';
import type { Report } from './report.ts';
import type { Scene } from './scene.ts';

/** What every part of the suite gets: the adapter's server, a database for services, and scenes that are closed at the end. */
export type Stage = {
  readonly report: Report;
  fixture(): LogFixture;
  databaseUrl(): string;
  scene(partitions?: number): Promise<Scene>;
};
