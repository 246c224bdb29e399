package io.relaykv.tests.history;

import io.relaykv.tests.history.RegisterHistory.Step;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Looks for an order of the steps of one key that explains all gets, depth first. To be run once.
 *
 * <p>Calls and returns are in one list by time, from which the call and the return of each step
 * that has its place in the order are taken out. What may come next are then the calls before the
 * first return that is left.
 *
 * <p>Short cuts are taken on request, which are right because no two puts have the same value:
 *
 * <ul>
 *   <li>a value that is still to be read is not overwritten;
 *   <li>values that nobody reads any more are one and the same: what may follow them is;
 *   <li>a step that changes nothing comes next, and whatever else could is not tried: a get that
 *       returned what the register holds, and a put that replaces one such value by another.
 * </ul>
 *
 * <p>A call is known by the number of its step, a return by that number plus the count of the
 * steps.
 */
final class RegisterSearch {
  enum Result {
    ORDERED,
    NO_ORDER,
    GIVEN_UP
  }

  /** What a register holds before anything was put, and after a delete. */
  private static final int MISSING = 0;

  /** What stands for every value that nobody reads any more. */
  private static final int FORGOTTEN = -1;

  /**
   * How much may be kept of each place on average, so that many large ones do not fill the memory.
   */
  private static final int WORDS_PER_STEP = 8;

  private final RegisterHistory history;
  private final List<Step> steps;
  private final long maxSteps;
  private final boolean shortCuts;

  /** What each step writes or reads, numbered. */
  private final int[] values;

  /** How many gets of each of these numbers have no place in the order yet. */
  private final int[] toBeRead;

  private final int head;
  private final int[] next;
  private final int[] previous;

  /** What has its place in the order, and with what it found there. */
  private final int[] order;

  private final int[] heldBefore;
  private final int[] usedBefore;
  private int ordered;
  private int requiredLeft;
  private int held = MISSING;
  private int spareDeletesUsed;

  private final Set<Place> visited = new HashSet<>();
  private final BitSet orderedSteps = new BitSet();
  private long taken;
  private long wordsKept;
  private Attempt best = new Attempt(List.of(), List.of());

  /**
   * How far an order came.
   *
   * @param order what it explains
   * @param stuck what had to come next, or could have, and does not fit
   */
  record Attempt(List<Operation> order, List<Operation> stuck) {}

  /**
   * Where the search has been: whatever order led there, what can follow is the same.
   *
   * @param firstLeft the first step that has no place in the order
   * @param orderedAfter those behind it that have one, counted from it
   */
  private record Place(int held, int spareDeletesUsed, int firstLeft, BitSet orderedAfter) {}

  RegisterSearch(RegisterHistory history, long maxSteps, boolean shortCuts) {
    this.history = history;
    this.steps = history.steps();
    this.maxSteps = maxSteps;
    this.shortCuts = shortCuts;
    int count = steps.size();
    values = numbered(steps);
    toBeRead = new int[count + 1];
    IntStream.range(0, count).filter(this::isGet).forEach(get -> toBeRead[values[get]]++);
    head = 2 * count;
    next = new int[2 * count + 1];
    previous = new int[2 * count + 1];
    link();
    order = new int[count];
    heldBefore = new int[count];
    usedBefore = new int[count];
    requiredLeft = (int) steps.stream().filter(Step::required).count();
  }

  private static int[] numbered(List<Step> steps) {
    Map<String, Integer> numbers = new HashMap<>();
    return steps.stream()
        .map(step -> step.operation().value())
        .mapToInt(
            value ->
                value == null ? MISSING : numbers.computeIfAbsent(value, v -> numbers.size() + 1))
        .toArray();
  }

  /** At one time calls come before returns: neither operation was over before the other began. */
  private void link() {
    int last = head;
    List<Integer> byTime =
        IntStream.range(0, head)
            .boxed()
            .sorted(Comparator.comparingLong(this::time).thenComparing(this::isReturn))
            .toList();
    for (int entry : byTime) {
      next[last] = entry;
      previous[entry] = last;
      last = entry;
    }
    next[last] = head;
    previous[head] = last;
  }

  private boolean isGet(int step) {
    return steps.get(step).operation().op() == OpKind.GET;
  }

  private boolean isReturn(int entry) {
    return entry >= steps.size();
  }

  private long time(int entry) {
    return isReturn(entry) ? steps.get(entry - steps.size()).returned() : steps.get(entry).call();
  }

  /** How many places were visited. */
  long steps() {
    return taken;
  }

  /** The longest order that was found. */
  Attempt best() {
    return best;
  }

  Result run() {
    int candidate = next[head];
    while (requiredLeft > 0) {
      if (!isReturn(candidate)) {
        if (tryNext(candidate)) {
          if (++taken > maxSteps || wordsKept > WORDS_PER_STEP * maxSteps) {
            return Result.GIVEN_UP;
          }
          candidate = next[head];
        } else {
          candidate = next[candidate];
        }
      } else {
        // Whatever is called later has to come after what returns here, which fits nowhere so far.
        rememberIfLongest();
        int failed;
        do {
          if (ordered == 0) {
            return Result.NO_ORDER;
          }
          failed = undo();
        } while (shortCuts && changesNothing(failed));
        candidate = next[failed];
      }
    }
    return Result.ORDERED;
  }

  /** Whether a step would leave behind what it finds, as far as anybody can tell. */
  private boolean changesNothing(int step) {
    return isGet(step) ? values[step] == held : isForgotten(values[step]) && isForgotten(held);
  }

  /** Whether it is a value that nobody reads from now on. */
  private boolean isForgotten(int value) {
    return value != MISSING && toBeRead[value] == 0;
  }

  private boolean fits(int step) {
    boolean mayOverwrite = !shortCuts || held == MISSING || isForgotten(held);
    if (!isGet(step)) {
      return mayOverwrite;
    }
    return values[step] == held
        || (needsSpareDelete(step) && mayOverwrite && spareDeleteMayComeNow());
  }

  private boolean needsSpareDelete(int step) {
    return isGet(step) && values[step] == MISSING && held != MISSING;
  }

  /** Gives a step the next place in the order, if it fits and leads to where nobody was before. */
  private boolean tryNext(int step) {
    if (!fits(step)) {
      return false;
    }
    order[ordered] = step;
    heldBefore[ordered] = held;
    usedBefore[ordered] = spareDeletesUsed;
    spareDeletesUsed += needsSpareDelete(step) ? 1 : 0;
    held = values[step];
    toBeRead[held] -= isGet(step) ? 1 : 0;
    orderedSteps.set(step);
    requiredLeft -= steps.get(step).required() ? 1 : 0;
    ordered++;
    unlink(step);
    Place place = place();
    if (visited.add(place)) {
      wordsKept += place.orderedAfter().size() / Long.SIZE;
      return true;
    }
    undo();
    return false;
  }

  /** Whether one was called before everything returns that has no place yet. */
  private boolean spareDeleteMayComeNow() {
    if (spareDeletesUsed == history.spareDeletes().size()) {
      return false;
    }
    int entry = next[head];
    while (!isReturn(entry)) {
      entry = next[entry];
    }
    return history.spareDeletes().get(spareDeletesUsed).call() <= time(entry);
  }

  /** Takes the last step out of the order, and returns it. */
  private int undo() {
    ordered--;
    int step = order[ordered];
    toBeRead[held] += isGet(step) ? 1 : 0;
    held = heldBefore[ordered];
    spareDeletesUsed = usedBefore[ordered];
    orderedSteps.clear(step);
    requiredLeft += steps.get(step).required() ? 1 : 0;
    relink(step);
    return step;
  }

  private void unlink(int step) {
    for (int entry : new int[] {step, step + steps.size()}) {
      next[previous[entry]] = next[entry];
      previous[next[entry]] = previous[entry];
    }
  }

  private void relink(int step) {
    for (int entry : new int[] {step + steps.size(), step}) {
      next[previous[entry]] = entry;
      previous[next[entry]] = entry;
    }
  }

  private Place place() {
    int firstLeft = next[head] == head ? steps.size() : next[head];
    int end = Math.max(firstLeft, orderedSteps.length());
    int holds = shortCuts && isForgotten(held) ? FORGOTTEN : held;
    return new Place(holds, spareDeletesUsed, firstLeft, orderedSteps.get(firstLeft, end));
  }

  private void rememberIfLongest() {
    if (best.stuck().isEmpty() || ordered > best.order().size()) {
      best = new Attempt(explained(), stuck());
    }
  }

  private List<Operation> explained() {
    List<Operation> explained = new ArrayList<>();
    for (int i = 0; i < ordered; i++) {
      int usedAfter = i + 1 < ordered ? usedBefore[i + 1] : spareDeletesUsed;
      explained.addAll(history.spareDeletes().subList(usedBefore[i], usedAfter));
      explained.add(steps.get(order[i]).operation());
    }
    return explained;
  }

  private List<Operation> stuck() {
    List<Operation> stuck = new ArrayList<>();
    for (int entry = next[head]; !isReturn(entry); entry = next[entry]) {
      stuck.add(steps.get(entry).operation());
    }
    return stuck;
  }
}
