import { Module } from '@nestjs/common';
import { provideConsumer, provideReadModel } from '@tact/platform';
import { Announcements } from './assessment/announcements.ts';
import { ReassessContacts } from './assessment/reassess-contacts.ts';
import { Ageing, AgeingSchedule } from './assessment/ageing.ts';
import { BlockLikelihoodConsumer } from './assessment/block-likelihood.consumer.ts';
import { AssessmentQueue } from './assessment/queue.ts';
import { QueueSchedule } from './assessment/queue-schedule.ts';
import {
  ListBlockLikelihoodsController,
  ListBlockLikelihoodsHandler,
} from './assessment/list-block-likelihoods.http.ts';
import { FollowRestrictionsConsumer } from './exclusions/follow-restrictions.consumer.ts';
import { Facts } from './facts/facts.ts';
import { learningParts } from './models/learning-parts.ts';
import { KeepIncidents } from './incidents/keep-incidents.ts';
import { ListIncidentsController, ListIncidentsHandler } from './incidents/list-incidents.http.ts';
import { ShadowBuilds } from './rebuild/shadow-build.ts';
import { ListSignalsController, ListSignalsHandler } from './assessment/list-signals.http.ts';
import { BlockLikelihoodReadModel } from './rebuild/block-likelihood-read-model.ts';
import { RebuildRecords } from './rebuild/rebuild-records.ts';
import { Rebuilds } from './rebuild/rebuilds.ts';
import { Aggregates } from './assessment/aggregates/aggregates.ts';
import {
  ShowAggregatesController,
  ShowAggregatesHandler,
} from './assessment/aggregates/show-aggregates.http.ts';
import { AssessmentToday } from './assessment/assessment-today.ts';
import {
  ShowBlockLikelihoodController,
  ShowBlockLikelihoodHandler,
} from './assessment/show-block-likelihood.http.ts';
import {
  ShowHistoryController,
  ShowHistoryHandler,
} from './assessment/history/show-history.http.ts';
import { ReadPosition } from './facts/read-position.ts';

/** From facts about contacts to how probable a block is, with its reasons. */
@Module({
  controllers: [
    ListBlockLikelihoodsController,
    ListIncidentsController,
    ListSignalsController,
    ShowAggregatesController,
    ShowBlockLikelihoodController,
    ShowHistoryController,
    ...learningParts.controllers,
  ],
  providers: [
    Facts,
    ShadowBuilds,
    Announcements,
    ReassessContacts,
    AssessmentQueue,
    QueueSchedule,
    ReadPosition,
    BlockLikelihoodConsumer,
    provideConsumer(BlockLikelihoodConsumer),
    FollowRestrictionsConsumer,
    provideConsumer(FollowRestrictionsConsumer),
    Ageing,
    AgeingSchedule,
    AssessmentToday,
    ShowBlockLikelihoodHandler,
    Aggregates,
    ShowAggregatesHandler,
    ShowHistoryHandler,
    ListBlockLikelihoodsHandler,
    ListSignalsHandler,
    ListIncidentsHandler,
    KeepIncidents,
    RebuildRecords,
    Rebuilds,
    BlockLikelihoodReadModel,
    provideReadModel(BlockLikelihoodReadModel),
    ...learningParts.providers,
  ],
})
export class ScoringModule {}
