import { Injectable } from '@nestjs/common';
import type { ProjectionRebuild, ProjectionSummary } from '@tact/contracts';
import { Database, MessageLog, type ReadModel } from '@tact/platform';
import { modelVersion } from '../assessment/assess-contacts.ts';
import { ReadPosition } from '../facts/read-position.ts';
import { Rebuilds } from './rebuilds.ts';

/** The rows of likelihoods in the registry of read models: made of the facts scoring keeps, hence always anew. */
@Injectable()
export class BlockLikelihoodReadModel implements ReadModel {
  readonly name = 'block-likelihood';

  constructor(
    private readonly readPosition: ReadPosition,
    private readonly database: Database,
    private readonly log: MessageLog,
    private readonly rebuilds: Rebuilds,
  ) {}

  rebuild(): Promise<ProjectionRebuild> {
    return this.rebuilds.begin();
  }

  find(rebuildId: string): Promise<ProjectionRebuild | undefined> {
    return this.rebuilds.records.find(rebuildId);
  }

  async show(): Promise<ProjectionSummary> {
    const [position, partitions, [rows], latestRebuild] = await Promise.all([
      this.readPosition.position(),
      this.log.admin.lag('scoring.block-likelihood', ['contact-signals.v1']).catch(() => undefined),
      this.database.queryable.query<{ contacts: number; outdated: number }>(
        `SELECT count(*) AS contacts,
           count(*) FILTER (WHERE model_version <> coalesce(live.version, $1)) AS outdated
         FROM block_likelihoods LEFT JOIN models AS live
           ON live.tenant_id = block_likelihoods.tenant_id AND live.state = 'live'`,
        [modelVersion],
      ),
      this.rebuilds.records.latest(),
    ]);
    const outdatedContacts = rows?.outdated ?? 0;
    return {
      name: this.name,
      source: 'facts',
      modelVersion,
      position,
      rebuildable: true,
      state: stateOf(latestRebuild?.state, outdatedContacts),
      ...(partitions === undefined
        ? {}
        : { lag: partitions.reduce((sum, { lag }) => sum + lag, 0) }),
      contacts: rows?.contacts ?? 0,
      outdatedContacts,
      ...(latestRebuild === undefined ? {} : { latestRebuild }),
    };
  }
}

const stateOf = (
  latest: ProjectionRebuild['state'] | undefined,
  outdatedContacts: number,
): ProjectionSummary['state'] => {
  if (latest === 'running') return 'rebuilding';
  if (latest === 'interrupted') return 'interrupted';
  return outdatedContacts > 0 ? 'outdated' : 'current';
};
