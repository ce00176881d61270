import { isDeepStrictEqual } from 'node:util';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ImportMappingList, MappingBody, MappingDocument, MappingName } from '@tact/contracts';
import { isTimeZone } from '@tact/domain';
import {
  ActBook,
  Answers,
  Audited,
  Describe,
  phoneCountryOf,
  ProblemError,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { ImportMappings } from './import-mappings.ts';

/** What no schema says: whether there is such a zone or country, and that a person can be told apart. */
const errorsOf = ({ fields }: MappingBody): { pointer: string; message: string }[] => [
  ...(fields.some(({ to }) => to === 'record')
    ? []
    : [
        {
          pointer: '/fields',
          message: 'One of them goes to record: the id that tells people apart.',
        },
      ]),
  ...fields.flatMap(({ transform, to, purpose, channel }, nth) => {
    const pointer = `/fields/${nth}`;
    if (to === 'opt-out' && (purpose === undefined || channel === undefined)) {
      return [{ pointer, message: 'An opt-out says the purpose and the channel it withdraws.' }];
    }
    if (transform?.as === 'date' && !isTimeZone(transform.zone)) {
      return [{ pointer: `${pointer}/transform/zone`, message: 'Give an IANA time zone.' }];
    }
    if (transform?.as === 'phone' && phoneCountryOf(transform.country) === undefined) {
      return [{ pointer: `${pointer}/transform/country`, message: 'There is no such country.' }];
    }
    return [];
  }),
];

/** The names of what is said otherwise than before, never what is said. */
const changedParts = (before: MappingBody | undefined, now: MappingBody): string[] => {
  const said = new Map(Object.entries(before ?? {}));
  return Object.entries(now).flatMap(([part, value]) =>
    isDeepStrictEqual(said.get(part), value) ? [] : [part],
  );
};

@Controller('v1/import-mappings')
export class ImportMappingsController {
  constructor(
    private readonly mappings: ImportMappings,
    private readonly acts: ActBook,
  ) {}

  @Get()
  @RequireScope('contacts:write')
  @Describe({
    operationId: 'listImportMappings',
    tag: 'Imports',
    summary: 'Lists how exports of CRMs are read',
    description:
      'The newest version of each: those that come with the platform, and those of your own, which take the place of one of the same name.',
  })
  @Answers(ImportMappingList, { description: 'The mapping documents.' })
  async list(@Tenant() tenantId: string): Promise<ImportMappingList> {
    return { items: await this.mappings.documentsOf(tenantId) };
  }

  @Put(':name')
  @RequireScope('contacts:write')
  @Audited('import-mapping-changed')
  @Describe({
    operationId: 'putImportMapping',
    tag: 'Imports',
    summary: 'Keeps how the export of a connection is read',
    description:
      'Each change is a new version; imports from then on use it. One field goes to `record`; an opt-out says its purpose and channel; zones and countries exist. 50 names at most.',
    refuses: ['unprocessable'],
  })
  @Answers(MappingDocument, { description: 'The document with its version.' })
  async put(
    @Tenant() tenantId: string,
    @Param('name', { schema: MappingName }) name: string,
    @Body({ schema: MappingBody }) body: MappingBody,
  ): Promise<MappingDocument> {
    const errors = errorsOf(body);
    if (errors.length > 0) throw new ProblemError('unprocessable', { errors });
    const before = (await this.mappings.documentsOf(tenantId)).find((one) => one.name === name);
    const changed = changedParts(before, body);
    await this.acts.perform('import-mapping-changed', { about: name, changed });
    const document = await this.mappings.keep(tenantId, name, body);
    if (document) return document;
    throw new ProblemError('unprocessable', { detail: 'There are 50 mappings already.' });
  }
}
