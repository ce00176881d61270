import { afterAll, beforeAll } from '@jest/globals';
import { testDatabase } from '../postgres.ts';
import type { TestDatabase } from '../postgres.ts';
import { crashDemands } from './crash-demands.ts';
import { eventDemands } from './event-demands.ts';
import type { LogFixture } from './fixture.ts';
import { groupDemands } from './group-demands.ts';
import { openLongHandler } from './long-handler.ts';
import { orderDemands } from './order-demands.ts';
import { outageDemands } from './outage-demands.ts';
import { poisonDemands } from './poison-demands.ts';
import { retentionDemands } from './retention-demands.ts';
import { Report } from './report.ts';
import { scanDemands } from './scan-demands.ts';
import { openScene } from './scene.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';
import { endWorkers } from './workers.ts';

/**
 * The definition of the message log: whatever passes this is one. Ids are those of the transport design.
 * The demand with a 30 second handler runs beside the others; outages come last, as they stop the server for all.
 */
export const logConformance = (name: LogFixture['name'], open: () => Promise<LogFixture>): void => {
  let fixture: LogFixture;
  let database: TestDatabase;
  const scenes: Scene[] = [];
  const stage: Stage = {
    report: new Report(name),
    fixture: () => fixture,
    databaseUrl: () => database.url,
    scene: async (partitions) => {
      const scene = await openScene(fixture, database.url, partitions);
      scenes.push(scene);
      return scene;
    },
  };

  beforeAll(async () => {
    database = await testDatabase();
    fixture = await open();
  }, 180_000);

  afterAll(async () => {
    endWorkers();
    fixture.thaw();
    await Promise.all(scenes.map((scene) => scene.close()));
    await fixture.close();
    await database.drop();
  }, 60_000);

  const longHandler = openLongHandler(stage);
  eventDemands(stage);
  poisonDemands(stage);
  orderDemands(stage);
  crashDemands(stage);
  groupDemands(stage);
  scanDemands(stage);
  retentionDemands(stage);
  longHandler.demand();
  outageDemands(stage);
};
