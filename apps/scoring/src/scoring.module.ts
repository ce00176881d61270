import { Module } from '@nestjs/common';
import { provideConsumer } from '@tact/platform';
import { Announcements } from './announcements.ts';
import { Assessor } from './assessor.ts';
import { Ageing, AgeingSchedule } from './block-likelihood/ageing.ts';
import { BlockLikelihoodConsumer } from './block-likelihood/block-likelihood.consumer.ts';
import { DueAssessments } from './due-assessments.ts';
import { DueSchedule } from './block-likelihood/due-schedule.ts';
import {
  ListBlockLikelihoodsController,
  ListBlockLikelihoodsHandler,
} from './list-block-likelihoods/list-block-likelihoods.http.ts';
import { Facts } from './facts.ts';
import { learningParts } from './learning-parts.ts';
import { KeepIncidents } from './keep-incidents.ts';
import {
  ListIncidentsController,
  ListIncidentsHandler,
} from './list-incidents/list-incidents.http.ts';
import { ShadowBuilds } from './rebuild-projections/shadow-build.ts';
import { ListSignalsController, ListSignalsHandler } from './list-signals/list-signals.http.ts';
import {
  ListProjectionsController,
  ListProjectionsHandler,
} from './rebuild-projections/list-projections.http.ts';
import {
  RebuildProjectionHandler,
  RebuildProjectionsController,
  ShowRebuildHandler,
} from './rebuild-projections/rebuild-projections.http.ts';
import { RebuildRecords } from './rebuild-projections/rebuild-records.ts';
import { Rebuilds } from './rebuild-projections/rebuilds.ts';
import { Aggregates } from './show-aggregates/aggregates.ts';
import {
  ShowAggregatesController,
  ShowAggregatesHandler,
} from './show-aggregates/show-aggregates.http.ts';
import { AssessmentToday } from './show-block-likelihood/assessment-today.ts';
import {
  ShowBlockLikelihoodController,
  ShowBlockLikelihoodHandler,
} from './show-block-likelihood/show-block-likelihood.http.ts';
import { ShowHistoryController, ShowHistoryHandler } from './show-history/show-history.http.ts';
import { Stand } from './stand.ts';

/** From facts about contacts to how probable a block is, with its reasons. */
@Module({
  controllers: [
    ListBlockLikelihoodsController,
    ListIncidentsController,
    ListProjectionsController,
    ListSignalsController,
    RebuildProjectionsController,
    ShowAggregatesController,
    ShowBlockLikelihoodController,
    ShowHistoryController,
    ...learningParts.controllers,
  ],
  providers: [
    Facts,
    ShadowBuilds,
    Announcements,
    Assessor,
    DueAssessments,
    DueSchedule,
    Stand,
    BlockLikelihoodConsumer,
    provideConsumer(BlockLikelihoodConsumer),
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
    RebuildProjectionHandler,
    ShowRebuildHandler,
    ListProjectionsHandler,
    ...learningParts.providers,
  ],
})
export class ScoringModule {}
