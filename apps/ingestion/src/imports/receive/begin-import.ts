import { Injectable } from '@nestjs/common';
import { ActBook } from '@tact/platform';
import { type EarlierUpload, ImportUploads, type NewUpload, Upload } from '../import-uploads.ts';

/** Begins uploads, and tells the audit who did: what the lines of an import change is nobody's act by itself. */
@Injectable()
export class BeginImport {
  constructor(
    private readonly uploads: ImportUploads,
    private readonly acts: ActBook,
  ) {}

  async begin(upload: NewUpload): Promise<Upload | EarlierUpload> {
    const begun = await this.uploads.begin(upload);
    if (begun instanceof Upload)
      await this.acts.perform('import-started', { about: begun.importId });
    return begun;
  }
}
