/** HTTP codes of google.rpc.Code 0 to 16. Source: googleapis, google/rpc/code.proto. */
const HTTP: readonly number[] = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

/** The HTTP code of an RPC's; no code is success, and one that is not known is an error of the server. */
export const httpStatus = (code: unknown): number =>
  code === undefined ? 200 : typeof code === 'number' ? (HTTP[code] ?? 500) : 500;
