/** What a redaction path may begin with; the rest of an event has types that rules and the index rely on. */
export const REDACTABLE =
  'a path below requestObject, responseObject, annotations, user.extra or impersonatedUser.extra, or userAgent or requestURI, such as requestObject.spec.containers.env.value';

const NAMES = String.raw`(?:\.[^.[\]]+|\[[^\]]+\])`;
const PATH = new RegExp(
  `^(?:(?:requestObject|responseObject|user\\.extra|impersonatedUser\\.extra)${NAMES}*|annotations${NAMES}+|userAgent|requestURI)$`,
);
const MAX_LENGTH = 1_000;

/** Whether `text` is a path that a user may have cut. */
export const isRedactable = (text: string): boolean => text.length <= MAX_LENGTH && PATH.test(text);
