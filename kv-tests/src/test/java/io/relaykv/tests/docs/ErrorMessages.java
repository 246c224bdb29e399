package io.relaykv.tests.docs;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The error messages in Java sources: whatever text is given to an exception, to a failure that is
 * sent to a client, or to the log as an error or a warning. A method or constructor whose parameter
 * becomes part of one is a place where text is given, too. What varies in a message is {@link
 * #VARIES}.
 */
final class ErrorMessages {
  static final char VARIES = '\0';

  /** What these say is for us: a person is told of an internal error. */
  private static final Set<String> MISTAKES_OF_OURS =
      Set.of("AssertionError", "IllegalStateException", "UnsupportedOperationException");

  /** Calls that take a message, and as which arguments. */
  private static final Map<String, Set<Integer>> CALLS =
      Map.of(
          "withDescription", Set.of(0),
          "setMessage", Set.of(0),
          "log.error", Set.of(0, 1),
          "log.warn", Set.of(0, 1),
          "System.err.println", Set.of(0),
          "failed", Set.of(0, 1),
          "unreachable", Set.of(1),
          "failures.put", Set.of(1),
          "new Failure", Set.of(0),
          "new NodeFailure", Set.of(1));

  private static final Pattern FORMAT = Pattern.compile("%([0-9]+\\$)?[-,+0-9.]*[a-z]|\\{}");
  private static final Pattern SEVERAL_WORDS =
      Pattern.compile("\\pL{2,}\\p{Punct}* \\p{Punct}*\\pL{2,}");
  private static final int DEEP_ENOUGH = 4;

  // by the names of their classes, of which there may be two
  private final Map<String, Set<CompilationUnitTree>> files = new HashMap<>();
  private final Map<String, List<MethodTree>> methods = new HashMap<>();
  // "Class.method/parameters" to which of these become part of a message
  private final Map<String, Set<Integer>> givenBy = new HashMap<>();
  private final SortedMap<String, String> found = new TreeMap<>();

  private ErrorMessages() {}

  /** The messages, each with the class that has it. */
  static SortedMap<String, String> of(Collection<Path> sources) throws IOException {
    ErrorMessages messages = new ErrorMessages();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(sources));
      for (CompilationUnitTree file : task.parse()) {
        messages.add(file);
      }
    }
    int known;
    do {
      known = messages.givenBy.values().stream().mapToInt(Set::size).sum();
      messages.files.values().stream()
          .flatMap(Set::stream)
          .distinct()
          .forEach(file -> messages.new Finder().scan(file, null));
    } while (messages.givenBy.values().stream().mapToInt(Set::size).sum() > known);
    return messages.found;
  }

  private void add(CompilationUnitTree file) {
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitClass(ClassTree type, Void none) {
        files
            .computeIfAbsent(type.getSimpleName().toString(), key -> new LinkedHashSet<>())
            .add(file);
        return super.visitClass(type, null);
      }

      @Override
      public Void visitMethod(MethodTree method, Void none) {
        methods.computeIfAbsent(name(getCurrentPath()), key -> new ArrayList<>()).add(method);
        return super.visitMethod(method, null);
      }
    }.scan(file, null);
  }

  /** {@code Class.method/parameters} of the method that the path leads to. */
  private static String name(TreePath path) {
    MethodTree method = (MethodTree) path.getLeaf();
    return className(path) + "." + method.getName() + "/" + method.getParameters().size();
  }

  private static String className(TreePath path) {
    TreePath at = path;
    while (!(at.getLeaf() instanceof ClassTree type) || type.getSimpleName().isEmpty()) {
      at = at.getParentPath();
    }
    return type.getSimpleName().toString();
  }

  private final class Finder extends TreePathScanner<Void, Void> {
    @Override
    public Void visitNewClass(NewClassTree made, Void none) {
      String type = made.getIdentifier().toString().replaceFirst("<.*", "");
      List<? extends ExpressionTree> arguments = made.getArguments();
      if (CALLS.containsKey("new " + type)) {
        given(CALLS.get("new " + type), arguments);
      } else if (files.containsKey(type)) {
        given(givenBy(type + ".<init>", arguments.size()), arguments);
      } else if (type.endsWith("Exception") && !isForUs(type)) {
        given(Set.of(0), arguments);
      }
      return super.visitNewClass(made, null);
    }

    private boolean isForUs(String type) {
      return MISTAKES_OF_OURS.contains(type)
          && !getCurrentPath()
              .getCompilationUnit()
              .getPackageName()
              .toString()
              .equals("io.relaykv.client");
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
      String called = call.getMethodSelect().toString();
      String last = called.substring(called.lastIndexOf('.') + 1);
      List<? extends ExpressionTree> arguments = call.getArguments();
      if (called.equals("super") && className(getCurrentPath()).endsWith("Exception")) {
        given(Set.of(0), arguments);
      } else if (CALLS.containsKey(called)) {
        given(CALLS.get(called), arguments);
      } else if (CALLS.containsKey(last)) {
        given(CALLS.get(last), arguments);
      } else if (called.equals("this")) {
        given(givenBy(className(getCurrentPath()) + ".<init>", arguments.size()), arguments);
      } else {
        for (String owner : owners(called)) {
          given(givenBy(owner + "." + last, arguments.size()), arguments);
        }
      }
      return super.visitMethodInvocation(call, null);
    }

    /** The classes that the method may be one of: its type is not known here, only its name. */
    private Set<String> owners(String called) {
      int dot = called.lastIndexOf('.');
      if (dot < 0) {
        return Set.of(className(getCurrentPath()));
      }
      String receiver = called.substring(0, dot);
      if (files.containsKey(receiver)) {
        return Set.of(receiver);
      }
      Set<String> owners = new HashSet<>();
      String method = called.substring(dot);
      for (String name : givenBy.keySet()) {
        if (name.contains(method + "/")) {
          owners.add(name.substring(0, name.indexOf('.')));
        }
      }
      return owners.size() == 1 ? owners : Set.of();
    }

    private Set<Integer> givenBy(String name, int arguments) {
      return givenBy.getOrDefault(name + "/" + arguments, Set.of());
    }

    private void given(Set<Integer> indexes, List<? extends ExpressionTree> arguments) {
      for (int index : indexes) {
        if (index < arguments.size()) {
          for (String text : new Text(getCurrentPath()).of(arguments.get(index), 0)) {
            // Some formats are filled in elsewhere.
            String message = FORMAT.matcher(text).replaceAll(String.valueOf(VARIES)).strip();
            if (SEVERAL_WORDS.matcher(message).find()) {
              found.putIfAbsent(message, className(getCurrentPath()));
            }
          }
        }
      }
    }
  }

  /** What an expression may be as text, as far as it is written down. */
  private final class Text {
    private final TreePath place;
    private final Optional<TreePath> method;

    Text(TreePath place) {
      this.place = place;
      TreePath at = place;
      while (at != null && !(at.getLeaf() instanceof MethodTree)) {
        at = at.getParentPath();
      }
      this.method = Optional.ofNullable(at);
    }

    Set<String> of(Tree expression, int depth) {
      Set<String> texts = new LinkedHashSet<>();
      if (depth > DEEP_ENOUGH) {
        return Set.of(String.valueOf(VARIES));
      } else if (expression instanceof LiteralTree literal) {
        texts.add(String.valueOf(literal.getValue()));
      } else if (expression instanceof ParenthesizedTree inner) {
        return of(inner.getExpression(), depth);
      } else if (expression instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
        for (String left : of(sum.getLeftOperand(), depth)) {
          of(sum.getRightOperand(), depth).forEach(right -> texts.add(left + right));
        }
      } else if (expression instanceof ConditionalExpressionTree either) {
        texts.addAll(of(either.getTrueExpression(), depth));
        texts.addAll(of(either.getFalseExpression(), depth));
      } else if (expression instanceof SwitchExpressionTree choice) {
        for (CaseTree one : choice.getCases()) {
          texts.addAll(of(one.getBody(), depth));
        }
      } else if (expression instanceof IdentifierTree name) {
        return named(name.getName().toString(), depth);
      } else if (expression instanceof MemberSelectTree member) {
        return constant(
            member.getExpression().toString(), member.getIdentifier().toString(), depth);
      } else if (expression instanceof LambdaExpressionTree lambda) {
        return of(lambda.getBody(), depth);
      } else if (expression instanceof MemberReferenceTree reference) {
        return returned("." + reference.getName() + "/0", depth);
      } else if (expression instanceof MethodInvocationTree call) {
        return called(call, depth);
      }
      return texts.isEmpty() ? Set.of(String.valueOf(VARIES)) : texts;
    }

    private Set<String> called(MethodInvocationTree call, int depth) {
      String called = call.getMethodSelect().toString();
      String name = called.substring(called.lastIndexOf('.') + 1);
      Set<String> texts = new LinkedHashSet<>();
      if (called.matches("List\\.(of|copyOf)|String\\.valueOf|Objects\\.requireNonNull")) {
        call.getArguments().forEach(argument -> texts.addAll(of(argument, depth)));
      } else if (called.equals("String.join")) {
        texts.addAll(of(call.getArguments().get(1), depth));
      } else if (call.getMethodSelect() instanceof MemberSelectTree member) {
        switch (name) {
          case "formatted" -> {
            for (String text : of(member.getExpression(), depth)) {
              texts.add(FORMAT.matcher(text).replaceAll(String.valueOf(VARIES)));
            }
            // A parameter that is put in becomes part of the message.
            call.getArguments().forEach(argument -> of(argument, depth + 1));
          }
          case "get", "map", "orElse" -> {
            texts.addAll(of(member.getExpression(), depth));
            call.getArguments().forEach(argument -> texts.addAll(of(argument, depth)));
          }
          default -> texts.addAll(returned(called + "/" + call.getArguments().size(), depth));
        }
      } else {
        texts.addAll(
            returned(className(place) + "." + name + "/" + call.getArguments().size(), depth));
      }
      return texts.isEmpty() ? Set.of(String.valueOf(VARIES)) : texts;
    }

    /** What a method returns; one of whatever class if none is named and there is only one. */
    private Set<String> returned(String called, int depth) {
      Set<String> texts = new LinkedHashSet<>();
      List<String> names =
          methods.keySet().stream()
              .filter(called.startsWith(".") ? name -> name.endsWith(called) : called::equals)
              .toList();
      if (names.size() == 1) {
        for (MethodTree method : methods.get(names.get(0))) {
          new TreeScanner<Void, Void>() {
            @Override
            public Void visitReturn(ReturnTree done, Void none) {
              TreePath there = path(names.get(0).replaceFirst("\\..*", ""), done);
              texts.addAll(new Text(there).of(done.getExpression(), depth + 1));
              return null;
            }
          }.scan(method.getBody(), null);
        }
      }
      return texts;
    }

    private TreePath path(String type, Tree tree) {
      return files.get(type).stream()
          .map(file -> Optional.ofNullable(TreePath.getPath(file, tree)))
          .flatMap(Optional::stream)
          .findFirst()
          .orElseThrow();
    }

    private Set<String> named(String name, int depth) {
      if (method.isPresent()) {
        MethodTree around = (MethodTree) method.get().getLeaf();
        for (int i = 0; i < around.getParameters().size(); i++) {
          if (around.getParameters().get(i).getName().contentEquals(name)) {
            givenBy.computeIfAbsent(name(method.get()), key -> new HashSet<>()).add(i);
            return Set.of(String.valueOf(VARIES));
          }
        }
        Set<String> local = variables(around, name, depth);
        if (!local.isEmpty()) {
          return local;
        }
      }
      return constant(className(place), name, depth);
    }

    private Set<String> constant(String type, String name, int depth) {
      Set<String> texts = new LinkedHashSet<>();
      files
          .getOrDefault(type, Set.of())
          .forEach(file -> texts.addAll(variables(file, name, depth)));
      return texts.isEmpty() ? Set.of(String.valueOf(VARIES)) : texts;
    }

    private Set<String> variables(Tree within, String name, int depth) {
      Set<String> texts = new LinkedHashSet<>();
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitVariable(VariableTree variable, Void none) {
          if (variable.getName().contentEquals(name)
              && String.valueOf(variable.getType()).equals("String")
              && variable.getInitializer() != null) {
            texts.addAll(of(variable.getInitializer(), depth + 1));
          }
          return super.visitVariable(variable, null);
        }
      }.scan(within, null);
      return texts;
    }
  }
}
