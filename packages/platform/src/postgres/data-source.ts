import {
  DataSource,
  type EntityManager,
  type EntitySchema,
  type Logger,
  type QueryRunner,
} from 'typeorm';
import { clientConfig, type DatabaseOptions } from './database.ts';
import { cleanError, connectionSentence } from './errors.ts';
import type { Queryable } from './queryable.ts';

const nothing = (): void => undefined;

/** TypeORM prints the parameters of failed queries, which are personal data: it gets no voice at all. */
export const silentLogger: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

/** A TypeORM data source over the service's schema, for read-model rows; it never changes the schema. */
export const openDataSource = async (
  options: DatabaseOptions,
  entities: readonly EntitySchema[],
): Promise<DataSource> => {
  const { connectionString: _, ...extra } = clientConfig(options);
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    extra: { ...extra, max: options.poolSize ?? 5 },
    entities: [...entities],
    synchronize: false,
    installExtensions: false,
    logging: false,
    logger: silentLogger,
    poolErrorHandler: nothing,
  });
  return source.initialize().catch((error: unknown) => {
    throw connectionSentence(options.url, error);
  });
};

/** A TypeORM manager, inside a transaction or not, as something that runs SQL. */
export const queryableOf = (manager: EntityManager): Queryable => {
  if (manager.queryRunner !== undefined) return queryableOfRunner(manager.queryRunner);
  return {
    async query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      const runner = manager.dataSource.createQueryRunner();
      try {
        return await queryableOfRunner(runner).query<Row>(text, values);
      } finally {
        await runner.release();
      }
    },
  };
};

export const queryableOfRunner = (runner: QueryRunner): Queryable => {
  return {
    async query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      try {
        const result = await runner.query(text, values as unknown[] | undefined, true);
        return (result.records ?? []) as Row[];
      } catch (error) {
        throw cleanError(error);
      }
    },
  };
};
