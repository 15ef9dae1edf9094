package dev.attune.quickstart.bench.canary;

import dev.attune.publisher.canary.sequential.DifferenceEvidence;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The evidence on four canaries, user by user, with the bounds that decide. */
final class CanaryPlot {
    private static final double MARGIN = 0.1;
    private static final double SHARE = 0.2;
    private static final double STABLE = 0.7;
    private static final int USERS = 2_000;
    private static final int EACH = 5;

    private CanaryPlot() {}

    static void write(Path file, long seed) throws IOException {
        XYChart promotion = chart("Evidence that the canary is not worse by more than 0.10");
        XYChart rollBack = chart("Evidence that the canary is worse by more than 0.10");
        for (double canary : new double[] {0.75, 0.7, 0.6, 0.45}) {
            add(promotion, rollBack, canary, seed);
        }
        line(promotion, "promoted at 0.05", -Math.log(0.05));
        line(rollBack, "rolled back at 0.05 / 6", -Math.log(0.05 / 6));
        BitmapEncoder.saveBitmap(
                List.of(promotion, rollBack), 2, 1, file.toAbsolutePath().toString(), BitmapFormat.PNG);
    }

    private static void add(XYChart promotion, XYChart rollBack, double canary, long seed) {
        DifferenceEvidence evidence = new DifferenceEvidence(MARGIN, SHARE);
        SplittableRandom random = new SplittableRandom(seed);
        List<Double> users = new ArrayList<>();
        List<Double> notWorse = new ArrayList<>();
        List<Double> worse = new ArrayList<>();
        for (int user = 1; user <= USERS; user++) {
            boolean isCanary = random.nextDouble() < SHARE;
            double opinion = random.nextDouble() < (isCanary ? canary : STABLE) ? 1 : 0;
            if (isCanary) {
                evidence.canary(opinion);
            } else {
                evidence.stable(opinion);
            }
            if (user % EACH == 0) {
                users.add((double) user);
                notWorse.add(evidence.logEvidenceNotWorse());
                worse.add(evidence.logEvidenceWorse());
            }
        }
        String name = "win rate " + canary + " (stable 0.7)";
        promotion.addSeries(name, users, notWorse).setMarker(SeriesMarkers.NONE);
        rollBack.addSeries(name, users, worse).setMarker(SeriesMarkers.NONE);
    }

    private static void line(XYChart chart, String name, double height) {
        chart.addSeries(name, new double[] {0, USERS}, new double[] {height, height})
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(Color.BLACK);
    }

    private static XYChart chart(String title) {
        XYChart chart = new XYChartBuilder()
                .width(1_100)
                .height(320)
                .title(title)
                .xAxisTitle("users with feedback, one in five the canary's")
                .yAxisTitle("log evidence")
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setYAxisMin(-5.0);
        chart.getStyler().setYAxisMax(10.0);
        return chart;
    }
}
