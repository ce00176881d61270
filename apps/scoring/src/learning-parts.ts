import { provideConsumer } from '@tact/platform';
import { LeavePeopleOutConsumer } from './leave-people-out/leave-people-out.consumer.ts';
import { LeftOut } from './left-out.ts';
import { Outcomes } from './outcomes.ts';
import {
  RecordOutcomesController,
  RecordOutcomesHandler,
} from './record-outcomes/record-outcomes.http.ts';

/** What was told afterwards, and the models that are fitted to it: parts of the service's module. */
export const learningParts = {
  controllers: [RecordOutcomesController],
  providers: [
    LeftOut,
    LeavePeopleOutConsumer,
    provideConsumer(LeavePeopleOutConsumer),
    Outcomes,
    RecordOutcomesHandler,
  ],
};
