import { printed } from './print.ts';
import { isGood, score } from './score.ts';

/** Prints what the shipped rules find in the recorded control plane; exit code 1 where they miss something or cry wolf. */
const result = score();
process.stdout.write(printed(result));
process.exitCode = isGood(result) ? 0 : 1;
