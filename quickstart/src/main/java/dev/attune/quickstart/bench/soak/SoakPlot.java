package dev.attune.quickstart.bench.soak;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The samples as curves over steps, as a PNG. */
final class SoakPlot {
    private static final double MEBI = 1 << 20;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    private SoakPlot() {}

    static void write(List<SoakSample> samples, Path file) throws IOException {
        XYChart memory = chart("Memory of the trainer's process", "MiB");
        add(memory, "outside the Java heap", samples, one -> one.outsideHeap() / MEBI);
        add(memory, "Java heap after a full collection", samples, one -> one.heapAfterGc() / MEBI);
        XYChart files = chart("Files of the trainer", "open files; KiB");
        add(files, "open file descriptors", samples, SoakSample::openFiles);
        add(files, "batch journal, KiB", samples, one -> one.journal() / 1024.0);
        BitmapEncoder.saveBitmap(
                List.of(memory, files), 2, 1, file.toAbsolutePath().toString(), BitmapFormat.PNG);
    }

    private static XYChart chart(String title, String unit) {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(320)
                .title(title)
                .xAxisTitle("step")
                .yAxisTitle(unit)
                .build();
        Styler styler = chart.getStyler();
        styler.setLegendPosition(Styler.LegendPosition.OutsideE);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setLegendFont(FONT);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setMarkerSize(0);
        return chart;
    }

    private static void add(XYChart chart, String name, List<SoakSample> samples, ToDoubleFunction<SoakSample> value) {
        double[] steps = samples.stream().mapToDouble(SoakSample::step).toArray();
        double[] values = samples.stream().mapToDouble(value).toArray();
        chart.addSeries(name, steps, values).setMarker(SeriesMarkers.NONE);
    }
}
