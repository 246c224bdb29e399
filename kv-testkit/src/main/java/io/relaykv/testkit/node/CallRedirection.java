package io.relaykv.testkit.node;

import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Has a class call the methods of {@link FaultyNode} instead of others. They have the same names
 * and take the same things; the object, if there is one, comes first.
 *
 * @param calls those to redirect, as {@code owner.name}, the owner in the class file's form
 */
record CallRedirection(Set<String> calls) {
  private static final int ASM = Opcodes.ASM9;
  private static final String TARGET = Type.getInternalName(FaultyNode.class);

  byte[] applyTo(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    // What is on the stack stays the same.
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(new Redirecting(writer), 0);
    return writer.toByteArray();
  }

  private final class Redirecting extends ClassVisitor {
    Redirecting(ClassVisitor next) {
      super(ASM, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      return new MethodVisitor(
          ASM, super.visitMethod(access, name, descriptor, signature, exceptions)) {
        @Override
        public void visitMethodInsn(
            int opcode, String owner, String called, String form, boolean ofInterface) {
          if (calls.contains(owner + "." + called)) {
            super.visitMethodInsn(
                Opcodes.INVOKESTATIC,
                TARGET,
                called,
                opcode == Opcodes.INVOKESTATIC ? form : withOwnerFirst(owner, form),
                false);
          } else {
            super.visitMethodInsn(opcode, owner, called, form, ofInterface);
          }
        }

        @Override
        public void visitInvokeDynamicInsn(
            String called, String form, Handle bootstrap, Object... arguments) {
          for (int i = 0; i < arguments.length; i++) {
            arguments[i] = redirected(arguments[i]);
          }
          super.visitInvokeDynamicInsn(called, form, bootstrap, arguments);
        }
      };
    }

    /** A reference to a method, such as {@code System::currentTimeMillis}. */
    private Object redirected(Object argument) {
      if (argument instanceof Handle handle
          && calls.contains(handle.getOwner() + "." + handle.getName())) {
        String form =
            handle.getTag() == Opcodes.H_INVOKESTATIC
                ? handle.getDesc()
                : withOwnerFirst(handle.getOwner(), handle.getDesc());
        return new Handle(Opcodes.H_INVOKESTATIC, TARGET, handle.getName(), form, false);
      }
      return argument;
    }
  }

  private static String withOwnerFirst(String owner, String form) {
    return "(L" + owner + ";" + form.substring(1);
  }
}
