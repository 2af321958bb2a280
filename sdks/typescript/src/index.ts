/**
 * Client of the image workflow gateway: order pictures, follow their jobs, fetch them.
 *
 * `Gateway` is the way in; `errors` has whatever can go wrong; the types are the shapes of the API's answers.
 */

export * as errors from './errors.js';
export { GatewayError, JobFailed, RequestFailed } from './errors.js';
export { Gateway, type Listing, type Options, type SwapWithImage, type Terms } from './gateway.js';
export type * from './generated/index.js';
export { AcceptedJob, Job, type Waiting } from './jobs.js';
export type { Picture, Source } from './sources.js';
