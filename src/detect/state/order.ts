import { inOrder, type Signal } from '../../model/signal.ts';
import { Heap } from './heap.ts';

/** Signals that wait for their turn: the earliest comes out first. */
export class Order extends Heap<Signal> {
  constructor() {
    super(inOrder);
  }
}
