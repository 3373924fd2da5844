// Validates PDF files with veraPDF's engine: ValidatePdf PROFILE[,PROFILE…] FILE…
// Prints a line for each problem and a last one with what was checked. A profile is the name of a file in the jar:
// PDFUA-1, PDFA-3A. The engine's own reader of profiles needs JAXB, which the jar lacks: so they are read here.

import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Reference;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

public final class ValidatePdf {
    private static final int MOST_PROBLEMS = 200;

    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        int problems = 0;
        int checks = 0;
        for (String name : arguments[0].split(",")) {
            ValidationProfile profile = readProfile(name);
            for (int file = 1; file < arguments.length; file++) {
                ValidationResult result = validate(arguments[file], profile);
                checks += result.getTotalAssertions();
                for (TestAssertion assertion : result.getTestAssertions()) {
                    problems++;
                    System.out.printf("%s: %s %s-%d: %s (%s)%n", arguments[file], name,
                        assertion.getRuleId().getClause(), assertion.getRuleId().getTestNumber(),
                        assertion.getMessage(), assertion.getLocation().getContext());
                }
                if (!result.isCompliant() && result.getTestAssertions().isEmpty()) {
                    problems++;
                    System.out.printf("%s: %s: not compliant%n", arguments[file], name);
                }
            }
        }
        System.out.printf("files: %d, checks: %d, problems: %d%n", arguments.length - 1, checks, problems);
    }

    private static ValidationResult validate(String file, ValidationProfile profile) throws Exception {
        try (InputStream stream = new FileInputStream(file);
             PDFAParser parser = Foundries.defaultInstance().createParser(stream, profile.getPDFAFlavour());
             PDFAValidator validator = Foundries.defaultInstance().createValidator(
                 profile, MOST_PROBLEMS, false, false, false)) {
            return validator.validate(parser);
        }
    }

    private static ValidationProfile readProfile(String name) throws Exception {
        String path = "/org/verapdf/pdfa/validation/" + name + ".xml";
        try (InputStream stream = ValidatePdf.class.getResourceAsStream(path)) {
            Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream).getDocumentElement();
            PDFAFlavour flavour = PDFAFlavour.valueOf(root.getAttribute("flavour"));
            Set<Rule> rules = new HashSet<>();
            for (Element rule : children(root, "rule")) {
                rules.add(readRule(rule, flavour));
            }
            Set<Variable> variables = new HashSet<>();
            for (Element variable : children(root, "variable")) {
                variables.add(Profiles.variableFromValues(variable.getAttribute("name"),
                    variable.getAttribute("object"), text(variable, "defaultValue"), text(variable, "value")));
            }
            return Profiles.profileFromValues(
                flavour, Profiles.profileDetailsFromValues(name, "", "", new java.util.Date(0)), "", rules, variables);
        }
    }

    private static Rule readRule(Element rule, PDFAFlavour flavour) {
        Element id = children(rule, "id").get(0);
        List<ErrorArgument> noArguments = new ArrayList<>();
        List<Reference> noReferences = new ArrayList<>();
        return Profiles.ruleFromValues(
            Profiles.ruleIdFromValues(flavour.getPart(), id.getAttribute("clause"),
                Integer.parseInt(id.getAttribute("testNumber"))),
            rule.getAttribute("object"), Boolean.valueOf(rule.getAttribute("deferred")), "",
            text(rule, "description"), text(rule, "test"),
            Profiles.errorFromValues(text(rule, "message"), noArguments), noReferences);
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getElementsByTagName(name);
        for (int index = 0; index < nodes.getLength(); index++) {
            found.add((Element) nodes.item(index));
        }
        return found;
    }

    private static String text(Element parent, String name) {
        return children(parent, name).get(0).getTextContent();
    }
}
