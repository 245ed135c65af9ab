/** What a shell puts in later (`$TOKEN`, `$(cat …)`), a path, an option, a scheme whose credentials follow, or what is cut already. */
const NO_SECRET =
  /^\\?["']?(?:[/$`]|-[a-z]$|--[a-z]|\[redacted|(?:bearer|basic|token|digest|negotiate|ntlm|apikey|jwt|oauth)\\?["']?$)/i;
const SUBSTITUTION = /\$\(|\$\{|`/;
const BLANK = /\s/;
const COMMAND = /[/><|;&]/;

/**
 * Whether a value stays though its name is that of a secret: whoever runs a command chooses the names in it, and must
 * not hide a command from the rules behind `TOKEN=`. Only a value in quotation marks has blanks.
 */
export const isKept = (value: string): boolean =>
  NO_SECRET.test(value) || SUBSTITUTION.test(value) || (BLANK.test(value) && COMMAND.test(value));
